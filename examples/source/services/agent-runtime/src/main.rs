//! Answers requests on the Redis stream `agent:requests` until it is told to stop.

mod agents;
mod message;
mod stream;

use std::{process::ExitCode, time::Duration};

use kalisi_common::{
    env::Env,
    neo4j::{Neo4j, Settings},
    redis as kalisi_redis, startup,
};
use tokio::time::timeout;

use crate::{agents::Agents, stream::RequestStream};

#[tokio::main]
async fn main() -> ExitCode {
    startup::finish(run().await)
}

async fn run() -> anyhow::Result<()> {
    startup::init()?;
    let mut env = Env::process();
    let redis_url = env.or("REDIS_URL", "redis://127.0.0.1:6379");
    let clear_old = env.flag_or("CLEAR_OLD_MESSAGES_ON_STARTUP", false);
    let neo4j = Settings::with_defaults(&mut env);
    env.finish()?;

    // A connection of its own for the blocking read: commands behind it would wait for it.
    let reading = kalisi_redis::manager(&redis_url, stream::BLOCK * 3)?;
    let writing = kalisi_redis::manager(&redis_url, Duration::from_secs(2))?;
    let agents = Agents::new(writing.clone(), Neo4j::new(&neo4j)?);
    let mut requests = RequestStream::new(reading, writing.clone(), agents);

    tokio::select! {
        stop = startup::stop_signal() => stop?,
        () = requests.serve(clear_old) => {}
        () = stream::beat(writing.clone()) => {}
    }
    // Its absence tells a watcher at once that nobody answers; the TTL would tell it later.
    let _ = timeout(Duration::from_millis(500), stream::clear_heartbeat(writing)).await;
    Ok(())
}
