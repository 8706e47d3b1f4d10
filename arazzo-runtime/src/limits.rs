//! Bounds that keep a run from going on for ever.

use std::time::Duration;

/// Bounds of a run. Reaching one ends the run with an error of the kind [`ErrorKind::Limit`](crate::ErrorKind::Limit)
/// that names it. The two that bound a single request, [`Limits::step_time`] and [`Limits::connect_time`], fail its step
/// instead, as a connection that breaks does: the document's failure actions are asked, and without one that matches the
/// run ends with [`ErrorKind::Transport`](crate::ErrorKind::Transport).
///
/// ```
/// use std::time::Duration;
/// let limits = arazzo_runtime::Limits::default().steps(500).run_time(Duration::from_secs(60));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub(crate) steps: u64,
    pub(crate) run_time: Duration,
    pub(crate) step_time: Duration,
    pub(crate) connect_time: Duration,
    pub(crate) body_size: u64,
    pub(crate) depth: u32,
}

impl Default for Limits {
    /// 10,000 steps, one hour for the run, five minutes for a step, 30 seconds for a connection, response bodies of 32
    /// MiB, 64 workflows deep.
    fn default() -> Self {
        Self {
            steps: 10_000,
            run_time: Duration::from_secs(3600),
            step_time: Duration::from_secs(300),
            connect_time: Duration::from_secs(30),
            body_size: 32 << 20,
            depth: 64,
        }
    }
}

impl Limits {
    /// How many steps a run may execute. Each repetition of a step counts, also those that the client makes by itself: a request
    /// that is [sent again](crate::Resend), and one that goes with a renewed token. A redirect and a request for a token do
    /// not.
    #[must_use]
    pub fn steps(mut self, steps: u64) -> Self {
        self.steps = steps;
        self
    }

    /// How long a run may take, pauses included.
    #[must_use]
    pub fn run_time(mut self, run_time: Duration) -> Self {
        self.run_time = run_time;
        self
    }

    /// How long an attempt of a step may take from its request to the end of the response, redirects and what
    /// [`Resend`](crate::Resend) adds included. The `timeout` of the document (Arazzo 1.1, section 5.8.5.1) wins over it. It
    /// does not bound steps that run a workflow: each step of that has this time.
    #[must_use]
    pub fn step_time(mut self, step_time: Duration) -> Self {
        self.step_time = step_time;
        self
    }

    /// How long it may take to connect to a server, the TLS handshake included. A client or a transport of your own
    /// ([`ClientBuilder::http_client`](crate::ClientBuilder::http_client)) brings a bound of its own.
    #[must_use]
    pub fn connect_time(mut self, connect_time: Duration) -> Self {
        self.connect_time = connect_time;
        self
    }

    /// How many bytes the body of one response may have; of one that the HTTP client decompresses, after that. It is read no
    /// further than to this.
    #[must_use]
    pub fn body_size(mut self, bytes: u64) -> Self {
        self.body_size = bytes;
        self
    }

    /// How deep workflows may call each other, sub-workflows and `goto workflowId` together. Each of them takes some of the
    /// thread's stack while it runs, in a debug build a few kilobytes: with a limit of several hundreds give the threads of
    /// the runtime a larger one.
    #[must_use]
    pub fn depth(mut self, depth: u32) -> Self {
        self.depth = depth;
        self
    }
}
