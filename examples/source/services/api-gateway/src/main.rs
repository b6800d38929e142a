//! The front door of Kalisi: HTTPS, the web page, readiness and read-only Cypher.

mod config;
mod graph;
mod routes;
mod server;
mod spa;

use std::{process::ExitCode, time::Duration};

use kalisi_common::{env::Env, neo4j::Neo4j, redis as kalisi_redis, startup};

use crate::config::Config;

#[tokio::main]
async fn main() -> ExitCode {
    startup::finish(run().await)
}

async fn run() -> anyhow::Result<()> {
    startup::init()?;
    let mut env = Env::process();
    let config = Config::read(&mut env);
    env.finish()?;

    let redis = kalisi_redis::manager(&config.redis_url, Duration::from_secs(2))?;
    let neo4j = Neo4j::new(&config.neo4j)?;
    tokio::spawn(kalisi_redis::keep_connected(redis.clone()));

    let app = routes::router(routes::AppState {
        redis,
        neo4j,
        environment: config.environment.clone(),
    });
    server::serve(&config, app).await
}
