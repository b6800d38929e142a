//! Redis access that outlives a Redis restart.

use std::time::Duration;

use anyhow::Context;
use redis::{
    aio::{ConnectionManager, ConnectionManagerConfig},
    Client,
};
use tokio::time::sleep;

const RETRY_MIN: Duration = Duration::from_millis(500);
const RETRY_MAX: Duration = Duration::from_secs(5);
const CHECK_EVERY: Duration = Duration::from_secs(5);

/// A connection that is made on first use and made again after a loss.
///
/// `response_timeout` must exceed the longest blocking command sent through it.
pub fn manager(url: &str, response_timeout: Duration) -> anyhow::Result<ConnectionManager> {
    let client = Client::open(url).context("REDIS_URL is not a Redis URL")?;
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(Duration::from_secs(1)))
        .set_response_timeout(Some(response_timeout))
        // Few retries per command: the caller hears the real reason soon, and asks again.
        .set_number_of_retries(2)
        .set_max_delay(Duration::from_millis(500));
    Ok(ConnectionManager::new_lazy_with_config(client, config)?)
}

pub async fn ping(redis: &ConnectionManager) -> anyhow::Result<()> {
    let answer: String = redis::cmd("PING").query_async(&mut redis.clone()).await?;
    anyhow::ensure!(answer == "PONG", "PING was answered with {answer}");
    Ok(())
}

/// Keeps the connection alive with backoff for as long as it is polled; logs each change.
pub async fn keep_connected(redis: ConnectionManager) {
    let mut was_up = None;
    let mut delay = RETRY_MIN;
    loop {
        match ping(&redis).await {
            Ok(()) => {
                if was_up != Some(true) {
                    tracing::info!("Redis connected");
                }
                was_up = Some(true);
                delay = RETRY_MIN;
                sleep(CHECK_EVERY).await;
            }
            Err(error) => {
                if was_up != Some(false) {
                    tracing::warn!("Redis is not reachable, retrying: {error}");
                }
                was_up = Some(false);
                sleep(delay).await;
                delay = (delay * 2).min(RETRY_MAX);
            }
        }
    }
}
