//! The examples of the specification's repository, corrected: each runs, and sends what its authors meant.

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::client;
use crate::workflows::official::{coupons, loan, login, oauth, pushed};
use arazzo::ErrorKind;
use serde_json::{Value, json};

/// Method and target of each request.
fn seen(server: &Server) -> Vec<String> {
    server.requests().iter().map(|request| format!("{} {}", request.method, request.target)).collect()
}

fn bodies(server: &Server) -> Vec<Value> {
    server.requests().iter().filter_map(SeenRequest::json).collect()
}

#[tokio::test]
async fn a_session_is_used_to_look_for_pets() {
    let server = Server::start(|request: &SeenRequest| match request.path() {
        "/user/login" => Reply::json(200, &json!("session one"))
            .with_header("X-Rate-Limit", "5000")
            .with_header("X-Expires-After", "2030-01-01T00:00:00Z"),
        _ => Reply::json(200, &json!([{ "id": 7, "name": "Rex" }])),
    });
    let inputs = login::login_and_retrieve_pets::Inputs::new("me@home", "p&ss word");
    let run = login::login_and_retrieve_pets(&client(&server), inputs).await.expect("the run succeeds");
    assert_eq!(json!(run.outputs), json!({ "pets": [{ "id": 7, "name": "Rex" }], "rateLimit": "5000" }));
    assert_eq!(
        seen(&server),
        ["GET /user/login?username=me%40home&password=p%26ss%20word", "GET /pet/findByStatus?status=available"]
    );
    let requests = server.requests();
    assert_eq!(requests[0].header("authorization"), None);
    assert_eq!(requests[1].header("authorization"), Some("session one"));
}

fn products() -> Value {
    json!([{ "productCode": "bike", "amount": 900.5 }, { "productCode": "helmet", "amount": 80.0 }])
}

fn loan_inputs(customer: Value) -> loan::loan_at_checkout::Inputs {
    serde_json::from_value(json!({ "customer": customer, "products": products() })).expect("inputs")
}

/// A platform that offers a loan for the bike; `token` says whether the customer has to agree elsewhere.
fn platform(check: bool, token: Option<&'static str>, enrolls: u16) -> Server {
    Server::start(move |request: &SeenRequest| match (request.method.as_str(), request.path()) {
        ("POST", "/products") => {
            Reply::json(200, &json!({ "productCodes": ["bike"], "eligibilityCheckRequired": check }))
        }
        ("GET", "/terms-and-conditions") => Reply::json(200, &json!(["Pay later."])),
        ("POST", "/customers") => Reply::json(enrolls, &json!({ "links": { "self": "/customers/9" } })),
        ("POST", "/loan-transactions") => {
            let mut loan = json!({ "loanTransactionId": "loan/1" });
            if let Some(token) = token {
                loan["redirectAuthToken"] = json!(token);
            }
            Reply::json(202, &loan)
        }
        ("GET", "/authorize") => Reply::json(302, &json!({})).with_header("Location", "https://bank.example/agree"),
        ("GET", _) => Reply::json(200, &json!({ "instalments": [300, 300, 300.5] })),
        _ => Reply::new(204, "", "text/plain"),
    })
}

#[tokio::test]
async fn a_new_customer_is_enrolled_and_asked() {
    let server = platform(true, Some("t 1"), 201);
    let inputs = loan_inputs(json!({ "firstName": "Ann \"A\"", "lastName": "Lee" }));
    let run = loan::loan_at_checkout(&client(&server), inputs).await.expect("the run succeeds");
    assert_eq!(run.end, loan::loan_at_checkout::End::Completed);
    let plan = json!({ "instalments": [300, 300, 300.5] });
    assert_eq!(json!(run.outputs), json!({ "plan": plan, "redirect": "https://bank.example/agree" }));
    assert_eq!(
        seen(&server),
        [
            "POST /products",
            "GET /terms-and-conditions",
            "POST /customers",
            "POST /loan-transactions",
            "GET /authorize?AuthorizationToken=t%201",
            "GET /loan-transactions/loan%2F1",
            "PATCH /loan-transactions/loan%2F1/status",
        ]
    );
    assert_eq!(
        bodies(&server),
        [
            json!({ "customer": { "firstName": "Ann \"A\"", "lastName": "Lee" }, "products": products() }),
            json!({ "firstName": "Ann \"A\"", "lastName": "Lee", "postalCode": "", "termsAndConditionsAccepted": true }),
            json!({ "newCustomer": "/customers/9", "products": ["bike"] }),
            json!({ "status": "Completed" }),
        ]
    );
}

#[tokio::test]
async fn a_known_customer_has_less_to_do() {
    let server = platform(false, None, 201);
    let inputs = loan_inputs(json!({ "uri": "/customers/3" }));
    let run = loan::loan_at_checkout(&client(&server), inputs).await.expect("the run succeeds");
    assert_eq!(run.outputs.redirect, None);
    assert_eq!(seen(&server).len(), 5);
    assert_eq!(bodies(&server)[1], json!({ "enrolledCustomer": "/customers/3", "products": ["bike"] }));
}

#[tokio::test]
async fn a_customer_or_a_basket_can_be_refused() {
    let server = platform(true, None, 200);
    let inputs = || loan_inputs(json!({ "firstName": "Ann", "lastName": "Lee" }));
    let run = loan::loan_at_checkout(&client(&server), inputs()).await.expect("the run succeeds");
    assert_eq!(run.end, loan::loan_at_checkout::End::Refused);
    let server = Server::start(|_: &SeenRequest| Reply::json(200, &json!({ "productCodes": [] })));
    let run = loan::loan_at_checkout(&client(&server), inputs()).await.expect("the run succeeds");
    assert_eq!(run.end, loan::loan_at_checkout::End::NoProducts);
    assert_eq!(seen(&server), ["POST /products"]);
    let server = Server::start(|_: &SeenRequest| Reply::json(500, &json!({})));
    let error = loan::loan_at_checkout(&client(&server), inputs()).await.expect_err("the run fails");
    assert_eq!((error.kind(), error.step()), (ErrorKind::Step, Some("checkProducts")));
}

/// A shop that knows one pet.
fn shop() -> Server {
    Server::start(|request: &SeenRequest| match request.path() {
        "/pet/findByTags" | "/pet/findByStatus" => Reply::json(200, &json!([{ "id": 7, "name": "Rex" }, { "id": 8 }])),
        "/pet/7/coupons" => Reply::json(200, &json!({ "couponCode": "TEN OFF" })),
        "/store/order" => Reply::json(200, &json!({ "id": 99, "status": "placed" })),
        _ => Reply::json(404, &json!({})),
    })
}

#[tokio::test]
async fn a_coupon_is_applied_by_a_workflow_of_its_own() {
    let server = shop();
    let inputs = coupons::apply_coupon::Inputs::new(vec!["small".to_owned(), "quiet & kind".to_owned()]);
    let run = coupons::apply_coupon(&client(&server), inputs).await.expect("the run succeeds");
    assert_eq!(json!(run.outputs), json!({ "orderId": 99 }));
    assert_eq!(
        seen(&server),
        ["GET /pet/findByTags?tags=small&tags=quiet%20%26%20kind", "GET /pet/7/coupons", "POST /store/order"]
    );
    let order = json!({ "petId": 7, "couponCode": "TEN OFF", "status": "placed", "complete": false });
    assert_eq!(bodies(&server), [order]);
}

#[tokio::test]
async fn the_same_workflow_orders_without_a_coupon() {
    let server = shop();
    let inputs = coupons::buy_available_pet::Inputs {};
    let run = coupons::buy_available_pet(&client(&server), inputs).await.expect("the run succeeds");
    assert_eq!(json!(run.outputs), json!({ "orderId": 99 }));
    assert_eq!(seen(&server), ["GET /pet/findByStatus?status=available&page=1&pageSize=10", "POST /store/order"]);
    assert_eq!(bodies(&server), [json!({ "petId": 7, "status": "placed", "complete": false })]);
    // And by itself.
    let inputs = coupons::place_order::Inputs { quantity: Some(2), ..coupons::place_order::Inputs::new(8) };
    coupons::place_order(&client(&server), inputs).await.expect("the run succeeds");
    let order = json!({ "petId": 8, "quantity": 2, "status": "placed", "complete": false });
    assert_eq!(bodies(&server)[1], order);
}

/// The text of each body that is a form.
fn forms(server: &Server) -> Vec<String> {
    let is_form = |request: &&SeenRequest| request.header("content-type") == Some("application/x-www-form-urlencoded");
    let requests = server.requests();
    let forms = requests.iter().filter(is_form);
    forms.map(|request| String::from_utf8(request.body.to_vec()).expect("text")).collect()
}

/// An authorization server whose tokens say how they were asked for.
fn authorization_server() -> Server {
    Server::start(|request: &SeenRequest| match request.path() {
        "/authorize" => Reply::json(200, &json!({ "code": "code/1" })),
        "/oauth/token" => {
            let body = String::from_utf8_lossy(&request.body).into_owned();
            let grant =
                body.split('&').find_map(|pair| pair.strip_prefix("grant_type=")).unwrap_or_default().to_owned();
            let token = json!({ "access_token": format!("a {grant}"), "refresh_token": "r+1", "expires_in": 60 });
            Reply::json(200, &token)
        }
        _ => Reply::json(404, &json!({})),
    })
}

#[tokio::test]
async fn a_token_is_refreshed_with_that_of_another_workflow() {
    let server = authorization_server();
    let inputs = oauth::refresh_token_flow::Inputs::new("me", "s&cret", "https://me.example/back");
    let run = oauth::refresh_token_flow(&client(&server), inputs).await.expect("the run succeeds");
    let expected = json!({ "accessToken": "a refresh_token", "refreshToken": "r+1", "expiresIn": 60 });
    assert_eq!(json!(run.outputs), expected);
    assert_eq!(
        seen(&server),
        [
            "GET /authorize?client_id=me&redirect_uri=https%3A%2F%2Fme.example%2Fback&response_type=code&scope=read\
             &state=12345",
            "POST /oauth/token",
            "POST /oauth/token",
        ]
    );
    assert_eq!(
        forms(&server),
        [
            "grant_type=authorization_code&code=code%2F1&redirect_uri=https%3A%2F%2Fme.example%2Fback&client_id=me\
             &client_secret=s%26cret",
            "grant_type=refresh_token&client_id=me&refresh_token=r%2B1",
        ]
    );
}

#[tokio::test]
async fn a_client_gets_a_token_for_itself() {
    let server = authorization_server();
    let inputs = oauth::client_credentials_flow::Inputs::new("me", "secret");
    let run = oauth::client_credentials_flow(&client(&server), inputs).await.expect("the run succeeds");
    assert_eq!(json!(run.outputs), json!({ "accessToken": "a client_credentials" }));
    assert_eq!(forms(&server), ["client_id=me&client_secret=secret&grant_type=client_credentials"]);
    // An answer without a token does not meet the criteria, whatever its status is.
    let server = Server::start(|_: &SeenRequest| Reply::json(200, &json!({ "error": "no" })));
    let inputs = oauth::client_credentials_flow::Inputs::new("me", "secret");
    let error = oauth::client_credentials_flow(&client(&server), inputs).await.expect_err("there is no token");
    assert_eq!((error.kind(), error.criterion()), (ErrorKind::Step, Some("$.access_token")));
}

#[tokio::test]
async fn a_pushed_request_is_agreed_to_and_becomes_a_token() {
    let server = Server::start(|request: &SeenRequest| match request.path() {
        "/as/par" => Reply::json(201, &json!({ "request_uri": "urn:request:1", "expires_in": 60 })),
        "/as/authorize" => {
            Reply::json(302, &json!({ "code": "c1" })).with_header("Location", "https://me.example/back?code=c1")
        }
        _ => Reply::json(200, &json!({ "access_token": "token one" })),
    });
    let request = json!({ "response_type": "code", "scope": "openid accounts" });
    let inputs = serde_json::from_value(json!({
        "clientId": "me", "clientAssertion": "a.b.c", "redirectUri": "https://me.example/back", "codeVerifier": "v",
        "request": request,
    }));
    let run = pushed::pushed_authorization(&client(&server), inputs.expect("inputs")).await.expect("the run succeeds");
    assert_eq!(
        json!(run.outputs),
        json!({ "accessToken": "token one", "location": "https://me.example/back?code=c1" })
    );
    let assertion = "client_id=me&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer\
                     &client_assertion=a.b.c";
    assert_eq!(
        seen(&server),
        [
            format!("POST /as/par?{assertion}"),
            "GET /as/authorize?client_id=me&request_uri=urn%3Arequest%3A1".to_owned(),
            format!("POST /as/token?{assertion}"),
        ]
    );
    assert_eq!(
        forms(&server),
        [
            "response_type=code&scope=openid+accounts",
            "grant_type=authorization_code&code=c1&redirect_uri=https%3A%2F%2Fme.example%2Fback&code_verifier=v",
        ]
    );
}
