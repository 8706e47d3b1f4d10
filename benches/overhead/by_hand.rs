//! The workflow of `overhead.yml` as one would write it without the macro: one client, typed bodies, every status checked.

use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub(crate) struct ByHand {
    client: Client,
    server: String,
}

struct Inputs {
    token: String,
    customer_id: String,
    sku: String,
    quantity: i64,
}

#[derive(Debug, PartialEq)]
enum End {
    Completed,
    IsClosed,
}

struct Outputs {
    order_id: String,
    payment: Option<Payment>,
    end: End,
}

#[derive(Debug)]
#[expect(dead_code, reason = "what an error holds is there to be shown")]
enum Error {
    Http(reqwest::Error),
    Status(StatusCode),
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewOrder<'a> {
    customer_id: &'a str,
    items: [Item<'a>; 1],
    currency: &'a str,
}

#[derive(Serialize)]
struct Item<'a> {
    sku: &'a str,
    quantity: i64,
}

#[derive(Deserialize)]
struct Created {
    id: String,
}

#[derive(Deserialize)]
struct Order {
    state: String,
    total: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewPayment<'a> {
    order_id: &'a str,
    amount: f64,
    currency: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payment {
    id: String,
    receipt_number: String,
}

impl ByHand {
    /// The client has the settings of that of the other side, so that the difference is the code alone.
    pub(crate) fn new(server: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent("overhead/0.1.0")
            .redirect(Policy::none())
            .connect_timeout(Duration::from_secs(30))
            .build()
            .expect("a client");
        Self { client, server: server.to_owned() }
    }

    async fn order(&self, inputs: Inputs) -> Result<Outputs, Error> {
        let Self { client, server } = self;
        let order = NewOrder {
            customer_id: &inputs.customer_id,
            items: [Item { sku: &inputs.sku, quantity: inputs.quantity }],
            currency: "EUR",
        };
        let request = client.post(format!("{server}/orders")).bearer_auth(&inputs.token).json(&order);
        let response = expect(StatusCode::CREATED, request.send().await?)?;
        let Created { id: order_id } = response.json().await?;

        let request = client.get(format!("{server}/orders/{order_id}")).bearer_auth(&inputs.token);
        let response = expect(StatusCode::OK, request.send().await?)?;
        let Order { state, total } = response.json().await?;
        if state != "open" {
            return Ok(Outputs { order_id, payment: None, end: End::IsClosed });
        }

        let payment = NewPayment { order_id: &order_id, amount: total, currency: "EUR" };
        let request = client.post(format!("{server}/payments")).bearer_auth(&inputs.token).json(&payment);
        let response = expect(StatusCode::CREATED, request.send().await?)?;
        let payment = response.json().await?;
        Ok(Outputs { order_id, payment: Some(payment), end: End::Completed })
    }
}

fn expect(status: StatusCode, response: Response) -> Result<Response, Error> {
    if response.status() == status { Ok(response) } else { Err(Error::Status(response.status())) }
}

impl crate::Shop for ByHand {
    async fn place_order(&self) {
        let inputs = Inputs {
            token: "0123456789abcdef".to_owned(),
            customer_id: "cus-4711".to_owned(),
            sku: "teapot".to_owned(),
            quantity: 2,
        };
        let outputs = self.order(inputs).await.expect("an order");
        let payment = outputs.payment.expect("a payment");
        assert_eq!(outputs.end, End::Completed);
        assert_eq!(payment.receipt_number, "R-2026-000815");
        assert!(!outputs.order_id.is_empty() && !payment.id.is_empty());
    }
}
