//! Two APIs to run workflows against, with no account and no network: real HTTP on loopback.
//!
//! ```ignore
//! let server = Server::start(Daytona::new("secret"));
//! let client = arazzo::Client::builder().server(server.url()).build()?;
//! ```
//!
//! The APIs are deterministic. Nothing sleeps and nothing looks at a clock: a resource moves on to
//! its next state when it is read. They are also stricter than the services they stand for, so that
//! a request which should not have been sent shows.

// Each example and each test includes the whole module and uses a part of it.
#![allow(dead_code, unused_imports)]

mod daytona;
mod fault;
mod field;
mod message;
mod rest;
mod runloop;
mod server;

pub(crate) use daytona::Daytona;
pub(crate) use fault::{Fault, When};
pub(crate) use message::{Reply, SeenRequest};
pub(crate) use runloop::Runloop;
pub(crate) use server::{Handler, Server};
