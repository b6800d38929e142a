//! The request stream, read through a consumer group: a request is acknowledged only after its
//! answer is written, so a request caught by a crash is answered after the restart.

use std::time::Duration;

use chrono::Utc;
use redis::{
    aio::ConnectionManager,
    streams::{StreamId, StreamMaxlen, StreamReadOptions, StreamReadReply},
    AsyncCommands, RedisError, RedisResult,
};
use serde_json::json;
use tokio::time::sleep;

use crate::{agents::Agents, message::Request};

const REQUESTS: &str = "agent:requests";
const RESPONSES: &str = "agent:responses";
const HEARTBEAT: &str = "agent:heartbeat";
const GROUP: &str = "agent-runtime";
/// One fixed name, so that a restarted service inherits what it had not acknowledged.
const CONSUMER: &str = "agent-runtime-service";

pub const BLOCK: Duration = Duration::from_secs(1);
const BEAT_EVERY: Duration = Duration::from_secs(5);
const BEAT_TTL_SECONDS: u64 = 15;
const KEEP_ENTRIES: usize = 10_000;
const RETRY_MIN: Duration = Duration::from_millis(250);
const RETRY_MAX: Duration = Duration::from_secs(2);

pub struct RequestStream {
    reading: ConnectionManager,
    writing: ConnectionManager,
    agents: Agents,
}

impl RequestStream {
    pub fn new(reading: ConnectionManager, writing: ConnectionManager, agents: Agents) -> Self {
        Self {
            reading,
            writing,
            agents,
        }
    }

    /// Serves for ever; a lost Redis is waited for with backoff.
    pub async fn serve(&mut self, mut clear_old: bool) {
        let mut delay = RETRY_MIN;
        loop {
            let Err(error) = self.session(&mut clear_old, &mut delay).await;
            if delay == RETRY_MIN {
                tracing::warn!("Redis is not reachable, retrying: {error}");
            }
            sleep(delay).await;
            delay = (delay * 2).min(RETRY_MAX);
        }
    }

    async fn session(
        &mut self,
        clear_old: &mut bool,
        delay: &mut Duration,
    ) -> RedisResult<std::convert::Infallible> {
        if *clear_old {
            for stream in [REQUESTS, RESPONSES] {
                let _: usize = self.writing.xtrim(stream, StreamMaxlen::Equals(0)).await?;
            }
            *clear_old = false;
        }
        self.join_group().await?;
        *delay = RETRY_MIN;
        tracing::info!("listening on {REQUESTS} as {GROUP}/{CONSUMER}");

        // "0" asks for entries handed to us earlier and not acknowledged; ">" for new ones.
        let mut from = "0";
        loop {
            let entries = self.read(from).await?;
            if entries.is_empty() {
                from = ">";
            }
            for entry in entries {
                self.handle(&entry).await?;
            }
        }
    }

    async fn join_group(&mut self) -> RedisResult<()> {
        let made: RedisResult<()> = self
            .writing
            .xgroup_create_mkstream(REQUESTS, GROUP, "0")
            .await;
        match made {
            Err(error) if is_busy_group(&error) => Ok(()),
            other => other,
        }
    }

    async fn read(&mut self, from: &str) -> RedisResult<Vec<StreamId>> {
        let options = StreamReadOptions::default()
            .group(GROUP, CONSUMER)
            .count(16)
            .block(BLOCK.as_millis() as usize);
        let reply: Option<StreamReadReply> = self
            .reading
            .xread_options(&[REQUESTS], &[from], &options)
            .await?;
        let keys = reply.map(|reply| reply.keys).unwrap_or_default();
        Ok(keys.into_iter().flat_map(|key| key.ids).collect())
    }

    async fn handle(&mut self, entry: &StreamId) -> RedisResult<()> {
        let data: Option<String> = entry.get("data");
        match serde_json::from_str::<Request>(data.as_deref().unwrap_or_default()) {
            Ok(request) => {
                tracing::info!("request {} for {}", request.request_id, request.agent_type);
                let outcome = self.agents.ask(&request.agent_type, &request.message).await;
                let answer = json!(request.answered(outcome)).to_string();
                let keep = StreamMaxlen::Approx(KEEP_ENTRIES);
                let _: String = self
                    .writing
                    .xadd_maxlen(RESPONSES, keep, "*", &[("data", answer)])
                    .await?;
            }
            // Acknowledged all the same, or it would come back on every start.
            Err(error) => tracing::warn!("entry {} is no request: {error}", entry.id),
        }
        let _: usize = self.writing.xack(REQUESTS, GROUP, &[&entry.id]).await?;
        Ok(())
    }
}

fn is_busy_group(error: &RedisError) -> bool {
    error.code() == Some("BUSYGROUP")
}

/// Renews the sign of life and keeps the request stream bounded.
pub async fn beat(mut redis: ConnectionManager) {
    loop {
        let life = json!({ "pid": std::process::id(), "timestamp": Utc::now() }).to_string();
        let beat: RedisResult<()> = redis.set_ex(HEARTBEAT, life, BEAT_TTL_SECONDS).await;
        let keep = StreamMaxlen::Approx(KEEP_ENTRIES);
        let trim: RedisResult<usize> = redis.xtrim(REQUESTS, keep).await;
        if let Some(error) = beat.err().or(trim.err()) {
            tracing::debug!("no heartbeat: {error}");
        }
        sleep(BEAT_EVERY).await;
    }
}

pub async fn clear_heartbeat(mut redis: ConnectionManager) {
    let gone: RedisResult<usize> = redis.del(HEARTBEAT).await;
    if let Err(error) = gone {
        tracing::debug!("heartbeat left to its TTL: {error}");
    }
}
