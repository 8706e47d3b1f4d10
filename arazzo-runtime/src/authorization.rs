//! Adding the credentials of the client to the requests of a run, and waiting for those that are made for it.

use crate::credential::{Choice, Claims, CredentialRequest, Entry, Kind, Lack, hint, sent_with};
#[cfg(feature = "oauth2")]
use crate::credential::{Slot, Token};
use crate::error::{Error, ErrorKind};
use crate::exchange::Exchange;
use crate::execution::{Attempt, Execution};
use crate::operation::Workflow;
use crate::report::{Action, Latest, Outcome};
use crate::request::{Parts, Request};
use crate::resend::Answer;
use crate::scheme::Scheme;
use crate::server::Server;
use crate::trace::lacking;
use crate::transport::TransportError;
use crate::watch::inside;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// What is left to do for a request after what could be done at once.
#[derive(Default)]
pub(crate) struct Authorized {
    /// Credentials that have to be waited for.
    pub(crate) open: Vec<Open>,
    /// What is done should the server refuse a token that was kept.
    pub(crate) renewal: Option<Box<Renewal>>,
}

/// A credential that has to be waited for.
pub(crate) struct Open {
    scheme: &'static Scheme,
    credential: Arc<Kind>,
    #[cfg(feature = "oauth2")]
    slot: Option<Arc<Slot>>,
}

/// A request that waits for credentials.
pub(crate) struct Waiting {
    pub(crate) request: Request,
    pub(crate) open: Vec<Open>,
    /// What is done should the server refuse a token that was kept and is in the request already.
    pub(crate) renewal: Option<Box<Renewal>>,
}

/// The request, when it has its credentials. A type of its own, as this can be waited for in any workflow.
type Obtaining<'r, 'c> = Pin<Box<dyn Future<Output = Result<(Request, &'c Server), Error>> + Send + 'r>>;

/// A request that went with a token that was kept: if the server refuses it, it is sent once more with another one.
pub(crate) struct Renewal {
    pub(crate) request: Request,
    #[cfg(feature = "oauth2")]
    used: Vec<(Arc<Slot>, Arc<Token>)>,
}

impl Renewal {
    /// Forgets the tokens that were refused.
    pub(crate) fn forget(&self) {
        #[cfg(feature = "oauth2")]
        self.used.iter().for_each(|(slot, token)| slot.refused(token));
    }
}

impl<'c> Execution<'c> {
    /// Checks, before anything is sent, that the credentials of the client fit, and that they may go to where the run would
    /// bring them on any of its ways. Where a document may give a credential by itself, that is seen at its request.
    pub(crate) fn check_credentials(&self, workflows: &[&'static Workflow]) -> Result<(), Error> {
        let Some(credentials) = self.client.credentials() else { return Ok(()) };
        let mut claims = Claims::default();
        for workflow in workflows {
            let kinds = workflow.operations.iter().try_for_each(|operation| credentials.check_kinds(operation));
            let ways = kinds.and_then(|()| {
                workflow.asks_client.iter().try_for_each(|operation| {
                    credentials.check_ways(operation, self.client.server(operation)?, &mut claims)
                })
            });
            ways.map_err(|error| error.at(workflow.id, None))?;
        }
        Ok(())
    }

    /// Adds the credentials of the client that the operation asks for, as far as that needs no waiting.
    pub(crate) fn authorize(&mut self, request: &mut Request, server: &Server) -> Result<Authorized, Error> {
        let operation = request.operation();
        let mut authorized = Authorized::default();
        self.unauthorized = None;
        self.given.clear();
        if operation.security.is_empty() || request.problem().is_some() {
            return Ok(authorized);
        }
        let credentials = self.client.credentials();
        let (schemes, credentials) = match (Choice::of(request, credentials), credentials) {
            (Choice::Schemes(schemes), Some(credentials)) => (schemes, credentials),
            (Choice::Missing, _) => {
                self.unauthorized = Some(operation);
                return Ok(authorized);
            }
            _ => return Ok(authorized),
        };
        for scheme in schemes {
            if request.carries(scheme.kind) {
                continue;
            }
            let Some(entry) = credentials.of(operation, scheme) else { continue };
            credentials.may_go_to(server, scheme)?;
            entry.claim(operation.source, server)?;
            let Entry { credential, .. } = entry;
            self.given.push(scheme.name);
            match &*credential.kind {
                Kind::Fixed(fixed) => {
                    fixed.secrets.iter().for_each(|secret| self.secrets.add(secret));
                    request.add_credential(scheme.kind, fixed.header.as_ref(), &fixed.text);
                }
                Kind::Provider(_) => authorized.open.push(Open {
                    scheme,
                    credential: Arc::clone(&credential.kind),
                    #[cfg(feature = "oauth2")]
                    slot: None,
                }),
                #[cfg(feature = "oauth2")]
                Kind::OAuth(oauth) => {
                    let slot = oauth.slot(scheme, server, credentials.over_http())?;
                    entry.claim_tokens(operation.source, slot.origin())?;
                    oauth.secrets.iter().for_each(|secret| self.secrets.add(secret));
                    let Some(token) = slot.cached() else {
                        let credential = Arc::clone(&credential.kind);
                        authorized.open.push(Open { scheme, credential, slot: Some(slot) });
                        continue;
                    };
                    self.secrets.add(&token.secret);
                    let renewal = authorized.renewal.get_or_insert_with(|| {
                        Box::new(Renewal { request: request.without_credentials(), used: Vec::new() })
                    });
                    request.add_credential(scheme.kind, Some(&token.header), "");
                    renewal.used.push((slot, token));
                }
            }
        }
        Ok(authorized)
    }

    /// Waits for credentials and adds them. A request for which one cannot be had will not be sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] and [`ErrorKind::UnexpectedRequest`]
    pub(crate) fn obtain<'r>(&'r mut self, Waiting { mut request, open, .. }: Waiting) -> Obtaining<'r, 'c> {
        Box::pin(async move {
            let server = self.client.server(request.operation())?;
            for open in open {
                if let Err(Lack { why, is_unexpected }) = self.obtain_one(&mut request, server, &open).await {
                    if is_unexpected {
                        let problem = self.secrets.mask(&why).into_owned();
                        let error = Error::new(ErrorKind::UnexpectedRequest, problem);
                        return Err(error.at(self.frame.workflow.id, self.frame.step_id()));
                    }
                    request.fail(why);
                    break;
                }
            }
            if self.out_of_time() { Err(self.out_of_time_error()) } else { Ok((request, server)) }
        })
    }

    async fn obtain_one(&mut self, request: &mut Request, server: &Server, open: &Open) -> Result<(), Lack> {
        self.begin_time(Instant::now(), request.step_timeout());
        let Open { scheme, credential, .. } = open;
        match &**credential {
            Kind::Fixed(_) => Ok(()),
            Kind::Provider(provider) => {
                let operation = request.operation();
                let asked = CredentialRequest {
                    source: operation.source,
                    scheme: scheme.name,
                    scopes: scheme.scopes,
                    method: operation.method,
                    url: request.url_at(server),
                    body: request.body().cloned(),
                };
                let parts = self.waited(scheme, provider.make(asked)).await;
                let parts = parts.map_err(|lack| {
                    lack.of(&format!("there is no credential for the security scheme `{}`", scheme.name))
                })?;
                request.add_parts(parts, &mut self.secrets);
                Ok(())
            }
            #[cfg(feature = "oauth2")]
            Kind::OAuth(oauth) => {
                let Some(slot) = &open.slot else { return Ok(()) };
                let deadline = self.frame.sent.deadline.map(|deadline| deadline.at);
                let token = self.waited(scheme, oauth.token(slot, self.client, deadline)).await;
                let token = token.map_err(|lack| {
                    let (name, place) = (scheme.name, slot.place());
                    lack.of(&format!("the credential for the security scheme `{name}` gave no token from {place}"))
                })?;
                self.secrets.add(&token.secret);
                request.add_credential(scheme.kind, Some(&token.header), "");
                Ok(())
            }
        }
    }

    /// What a credential takes, unless the step or the run is out of time first.
    async fn waited<T>(&mut self, scheme: &Scheme, making: impl Future<Output = Result<T, Lack>>) -> Result<T, Lack> {
        let span = self.watch.credential(scheme.name);
        let making = pin!(async { Ok::<_, TransportError>(inside(&span, making).await) });
        let made = self.in_time(making).await.unwrap_or_else(|late| Err(Lack::new(late.to_string())));
        if let Err(Lack { why, .. }) = &made {
            lacking(&span, &self.secrets.mask(why));
        }
        made
    }

    /// Sends a request once more, with other tokens than those that the server has refused. Where there are none, what it
    /// has answered stands.
    pub(crate) async fn begin_anew(&mut self, renewal: Renewal) -> Result<Option<(Option<Box<Parts>>, Answer)>, Error> {
        let mut request = renewal.request;
        let server = self.client.server(request.operation())?;
        let Authorized { open, .. } = self.authorize(&mut request, server)?;
        let (request, server) = self.obtain(Waiting { request, open, renewal: None }).await?;
        if let Some(problem) = request.problem() {
            self.not_renewed(problem);
            return Ok(None);
        }
        self.refused();
        self.attempt()?;
        let Attempt { parts, sending, .. } = self.write(request, server, None);
        let mut response = self.answer(sending).await?;
        if self.goes_on(&response) {
            response = self.go_on(response).await?;
        }
        Ok(Some((parts, response)))
    }

    /// What a request lacked that the server has refused, or what it had of the client.
    pub(crate) fn lacking(&self, exchange: &Exchange) -> Option<String> {
        if exchange.called().is_some() || !matches!(exchange.status(), Some(401 | 403)) {
            return None;
        }
        match self.unauthorized {
            Some(operation) => hint(operation, self.client.credentials()),
            None => sent_with(&self.given),
        }
    }

    /// Takes down that the server has refused a token, and why there is no other one.
    fn not_renewed(&mut self, problem: &str) {
        let said = self.secrets.mask(&format!("the token was refused, and {problem}")).into_owned();
        if let Some(Latest { note, .. }) = self.report.latest() {
            *note = Some(said);
        }
    }

    /// Takes down that the server has refused a token, and that the request is sent again.
    fn refused(&mut self) {
        if let Some(Latest { outcome, note, .. }) = self.report.latest() {
            *outcome = Outcome::Failed { criterion: None };
            *note = Some("the token was refused; sent again with another one".to_owned());
        }
        self.failed_attempt();
        self.act(Action::Resend { after: Duration::ZERO });
    }
}
