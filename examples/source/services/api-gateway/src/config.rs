//! The gateway's settings.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use kalisi_common::{env::Env, neo4j};

pub struct Config {
    pub redis_url: String,
    pub neo4j: neo4j::Settings,
    pub environment: String,
    /// Where HTTPS listens.
    pub bind: IpAddr,
    pub http_port: u16,
    /// None when HTTPS is off.
    pub https_port: Option<u16>,
}

impl Config {
    pub fn read(env: &mut Env) -> Self {
        require_for_full_kalisi(env);
        let https_port = env.parsed_or("HTTPS_PORT", 443);
        Self {
            redis_url: env.required("REDIS_URL"),
            neo4j: neo4j::Settings::required(env),
            environment: env.required("ENVIRONMENT"),
            bind: env.parsed_or("BIND_ADDRESS", IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            http_port: env.parsed_or("PORT", 8080),
            https_port: env.flag_or("ENABLE_HTTPS", false).then_some(https_port),
        }
    }

    /// Plain HTTP is for this container's own health check.
    pub fn http_address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.http_port))
    }

    pub fn https_address(&self) -> Option<SocketAddr> {
        self.https_port.map(|port| SocketAddr::new(self.bind, port))
    }
}

/// The full Kalisi gateway does not start without these. This one has no log-in to use them for,
/// but a `.env` that passes here must pass there.
fn require_for_full_kalisi(env: &mut Env) {
    env.required("JWT_SECRET");
    env.required_flag("MFA_REQUIRED");
    env.required("MFA_ISSUER");
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPLETE: [(&str, &str); 10] = [
        ("JWT_SECRET", "s"),
        ("MFA_REQUIRED", "true"),
        ("MFA_ISSUER", "Kalisi"),
        ("REDIS_URL", "redis://localhost:6379"),
        ("NEO4J_URI", "bolt://localhost:7687"),
        ("NEO4J_USERNAME", "neo4j"),
        ("NEO4J_PASSWORD", "p"),
        ("NEO4J_DATABASE", "neo4j"),
        ("ENVIRONMENT", "production"),
        ("ENABLE_HTTPS", "true"),
    ];

    fn env_without(absent: &'static str) -> Env {
        Env::from_lookup(move |name| {
            COMPLETE
                .iter()
                .find(|(key, _)| *key == name && *key != absent)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_complete_environment_is_accepted() {
        let mut env = env_without("");
        let config = Config::read(&mut env);
        env.finish().unwrap();
        assert_eq!(config.https_address().unwrap().to_string(), "0.0.0.0:443");
        assert_eq!(config.http_address().to_string(), "127.0.0.1:8080");
    }

    #[test]
    fn each_required_name_is_reported_when_absent() {
        for (name, _) in COMPLETE {
            let mut env = env_without(name);
            let config = Config::read(&mut env);
            if name == "ENABLE_HTTPS" {
                assert_eq!(config.https_port, None);
                continue;
            }
            let message = env.finish().unwrap_err().to_string();
            assert!(message.contains(name), "{name} is not in: {message}");
        }
    }
}
