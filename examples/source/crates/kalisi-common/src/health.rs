//! Readiness: what a service depends on, asked for real, each with its latency.

use std::{collections::BTreeMap, future::Future, time::Duration};

use serde::Serialize;
use tokio::time::{timeout, Instant};

pub const PROBE_TIMEOUT: Duration = Duration::from_secs(3);

#[derive(Debug, Serialize)]
pub struct Check {
    pub status: &'static str,
    pub latency_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Check {
    pub async fn run(probe: impl Future<Output = anyhow::Result<()>>) -> Self {
        let started = Instant::now();
        let outcome = timeout(PROBE_TIMEOUT, probe).await;
        let error = match outcome {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(format!("no answer within {} s", PROBE_TIMEOUT.as_secs())),
        };
        Self {
            status: if error.is_none() { "up" } else { "down" },
            latency_ms: (started.elapsed().as_micros() as f64) / 1000.0,
            error,
        }
    }

    pub fn is_up(&self) -> bool {
        self.error.is_none()
    }
}

#[derive(Debug, Serialize)]
pub struct Readiness {
    pub status: &'static str,
    pub service: &'static str,
    pub checks: BTreeMap<&'static str, Check>,
}

impl Readiness {
    pub fn new<const N: usize>(service: &'static str, checks: [(&'static str, Check); N]) -> Self {
        let checks = BTreeMap::from(checks);
        let ready = checks.values().all(Check::is_up);
        Self {
            status: if ready { "ready" } else { "unavailable" },
            service,
            checks,
        }
    }

    pub fn is_ready(&self) -> bool {
        self.checks.values().all(Check::is_up)
    }

    pub fn http_status(&self) -> u16 {
        if self.is_ready() {
            200
        } else {
            503
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ready_only_when_every_check_is_up() {
        let up = Check::run(async { Ok(()) }).await;
        let down = Check::run(async { anyhow::bail!("refused") }).await;
        let report = Readiness::new("svc", [("redis", up), ("neo4j", down)]);
        assert_eq!(report.http_status(), 503);
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["status"], "unavailable");
        assert_eq!(json["checks"]["redis"]["status"], "up");
        assert!(json["checks"]["redis"].get("error").is_none());
        assert_eq!(json["checks"]["neo4j"]["error"], "refused");
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_dependency_is_down() {
        let check = Check::run(std::future::pending()).await;
        assert_eq!(check.error.as_deref(), Some("no answer within 3 s"));
    }
}
