//! The messages: JSON in the field `data` of a stream entry.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize)]
pub struct Request {
    pub request_id: String,
    pub agent_type: String,
    #[serde(default)]
    pub message: String,
}

#[derive(Debug, Serialize)]
pub struct Response {
    pub request_id: String,
    pub agent_type: String,
    pub response: String,
    pub success: bool,
    pub timestamp: DateTime<Utc>,
}

impl Request {
    pub fn answered(self, outcome: anyhow::Result<String>) -> Response {
        let success = outcome.is_ok();
        let response =
            outcome.unwrap_or_else(|error| format!("{} error: {error}", self.agent_type));
        Response {
            request_id: self.request_id,
            agent_type: self.agent_type,
            response,
            success,
            timestamp: Utc::now(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> serde_json::Result<Request> {
        serde_json::from_str(text)
    }

    #[test]
    fn a_request_needs_an_id_and_an_agent() {
        let full = r#"{"request_id":"r1","agent_type":"echo","message":"hi","timestamp":"2025-09-27T00:00:00Z"}"#;
        assert_eq!(parse(full).unwrap().message, "hi");
        assert_eq!(
            parse(r#"{"request_id":"r1","agent_type":"ping"}"#)
                .unwrap()
                .message,
            ""
        );
        assert!(parse(r#"{"agent_type":"ping"}"#).is_err());
        assert!(parse("not json").is_err());
    }

    #[test]
    fn an_answer_carries_the_request() {
        let request = parse(r#"{"request_id":"r1","agent_type":"ping"}"#).unwrap();
        let answer = request.answered(Err(anyhow::anyhow!("refused")));
        let json = serde_json::to_value(&answer).unwrap();
        assert_eq!(json["request_id"], "r1");
        assert_eq!(json["success"], false);
        assert_eq!(json["response"], "ping error: refused");
        assert!(json["timestamp"].as_str().unwrap().ends_with('Z'));
    }
}
