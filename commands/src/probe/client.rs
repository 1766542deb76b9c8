//! The client that a probe calls with. Its credentials come from environment variables, `KONTRAKT_SHOPTET_PRIVATE_TOKEN`
//! and so on, so that none is in the history of a shell.

#[cfg(feature = "clients")]
pub(super) use compiled::Client;
#[cfg(not(feature = "clients"))]
pub(super) use missing::Client;

#[cfg(feature = "clients")]
mod compiled {
    use std::time::Duration;

    use kontrakt_codegen::diagnostic::{Diagnostic, Result};
    use kontrakt_conformance::probe::{Budget, Ending, Plan, Probe, State, Tape};
    use kontrakt_runtime::codec::Driver;
    use kontrakt_runtime::http::ReqwestTransport;
    use kontrakt_runtime::recorder::Recorder;
    use kontrakt_runtime::{Error, Recording, Session, blocking};

    use crate::clients;

    /// What a variable of the environment holds, by the end of its name.
    type Given<'g> = &'g dyn Fn(&str) -> Option<String>;

    /// How a client is built of variables, what they are called, and what is personal in its recordings.
    struct Connect {
        api: &'static str,
        variables: &'static str,
        recording: Recording,
        session: fn(Given<'_>, Tape) -> std::result::Result<Session, Error>,
    }

    const CONNECT: [Connect; 3] = [
        Connect {
            api: "clipsan",
            variables: "KONTRAKT_CLIPSAN_KEY",
            recording: clipsan::RECORDING,
            session: |given, tape| {
                let mut client = clipsan::Client::builder().transport(tape);
                if let Some(key) = given("KEY") {
                    client = client.key(key);
                }
                if let Some(url) = given("BASE_URL") {
                    client = client.base_url(url);
                }
                Ok(client.build()?.session().clone())
            },
        },
        Connect {
            api: "shoptet",
            variables: "KONTRAKT_SHOPTET_PRIVATE_TOKEN or KONTRAKT_SHOPTET_ACCESS_TOKEN",
            recording: shoptet::RECORDING,
            session: |given, tape| {
                let mut client = shoptet::Client::builder().transport(tape);
                if let Some(token) = given("PRIVATE_TOKEN") {
                    client = client.private_token(token);
                }
                if let Some(token) = given("ACCESS_TOKEN") {
                    client = client.access_token(token);
                }
                if let Some(url) = given("BASE_URL") {
                    client = client.base_url(url);
                }
                Ok(client.build()?.session().clone())
            },
        },
        Connect {
            api: "upgates",
            variables: "KONTRAKT_UPGATES_LOGIN, _KEY, _SHOP and _SERVER",
            recording: upgates::RECORDING,
            session: |given, tape| {
                let mut client = upgates::Client::builder().transport(tape);
                if let Some((login, key)) = given("LOGIN").zip(given("KEY")) {
                    client = client.basic(login, key);
                }
                if let Some((shop, server)) = given("SHOP").zip(given("SERVER")) {
                    client = client.shop(&shop).server(&server);
                }
                if let Some(url) = given("BASE_URL") {
                    client = client.base_url(url);
                }
                Ok(client.build()?.session().clone())
            },
        },
    ];

    /// A client whose requests are counted and recorded.
    pub(in crate::probe) struct Client {
        session: Session,
        tape: Tape,
        recorder: Recorder,
        drivers: &'static [Driver],
    }

    impl Client {
        pub(in crate::probe) fn new(api: &str, requests: usize) -> Result<Self> {
            let connect = CONNECT.iter().find(|connect| connect.api == api);
            let connect = connect.ok_or_else(|| Diagnostic::new(format!("there is no client of {api:?}")))?;
            let failed = |error: &dyn std::fmt::Display| {
                let help = format!("credentials are taken from the environment: {}", connect.variables);
                Diagnostic::new(format!("no client can be built: {error}")).help(help)
            };
            let given = |name: &str| {
                let variable = format!("KONTRAKT_{}_{name}", api.to_uppercase());
                std::env::var(variable).ok().filter(|value| !value.is_empty())
            };
            let transport = ReqwestTransport::new().map_err(|error| failed(&error))?;
            let recorder = Recorder::new(transport, connect.recording);
            let tape = Tape::new(recorder.clone(), requests);
            let session = (connect.session)(&given, tape.clone()).map_err(|error| failed(&error))?;
            Ok(Self { session, tape, recorder, drivers: clients::drivers(api).unwrap_or_default() })
        }

        /// Calls what can be called.
        pub(in crate::probe) fn run(
            &self,
            plan: &Plan,
            state: &mut State,
            time: Duration,
            keep: &mut dyn FnMut(&State) -> Result<()>,
        ) -> Result<Ending> {
            let probe = Probe { plan, drivers: self.drivers, session: &self.session, tape: &self.tape };
            let run = async { Ok(probe.run(state, Budget { time }, keep).await) };
            blocking::run(run).map_err(|error| Diagnostic::new(format!("no call can be made: {error}")))?
        }

        /// What was recorded.
        pub(in crate::probe) fn har(&self) -> String {
            self.recorder.har()
        }
    }
}

#[cfg(not(feature = "clients"))]
mod missing {
    use std::time::Duration;

    use kontrakt_codegen::diagnostic::{Diagnostic, Result};
    use kontrakt_conformance::probe::{Ending, Plan, State};

    /// No client is compiled in.
    pub(in crate::probe) enum Client {}

    impl Client {
        pub(in crate::probe) fn new(api: &str, _requests: usize) -> Result<Self> {
            Err(Diagnostic::new(format!("the client of {api:?} is not compiled in")))
        }

        pub(in crate::probe) fn run(
            &self,
            _plan: &Plan,
            _state: &mut State,
            _time: Duration,
            _keep: &mut dyn FnMut(&State) -> Result<()>,
        ) -> Result<Ending> {
            match *self {}
        }

        pub(in crate::probe) fn har(&self) -> String {
            match *self {}
        }
    }
}
