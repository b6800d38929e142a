//! A page for looking into the graph. It may write, so it listens on the loopback only.

use std::{collections::HashMap, net::SocketAddr, process::ExitCode, time::Duration};

use anyhow::Context;
use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
    Json, Router,
};
use kalisi_common::{
    env::Env,
    health::{Check, Readiness},
    neo4j::{Access, Neo4j, Settings, MAX_ROWS},
    startup,
    value::to_json,
};
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};

const SERVICE: &str = "neo4j-ui";
const DRAIN: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
struct QueryRequest {
    query: String,
    #[serde(default)]
    parameters: HashMap<String, Value>,
}

#[derive(Serialize)]
struct QueryResult {
    columns: Vec<String>,
    data: Vec<Vec<Value>>,
    summary: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    startup::finish(run().await)
}

async fn run() -> anyhow::Result<()> {
    startup::init()?;
    let mut env = Env::process();
    let settings = Settings::with_defaults(&mut env);
    let bind = env.parsed_or("BIND", SocketAddr::from(([127, 0, 0, 1], 8081)));
    env.finish()?;

    let app = router(Neo4j::new(&settings)?);
    let listener = tokio::net::TcpListener::bind(bind)
        .await
        .with_context(|| format!("cannot listen on {bind}"))?;
    tracing::info!(
        "{SERVICE} listens on http://{bind}, Neo4j at {}",
        settings.uri
    );
    axum::serve(listener, app)
        .with_graceful_shutdown(async {
            if let Err(error) = startup::stop_signal().await {
                tracing::error!("cannot wait for signals: {error:#}");
            }
            tokio::spawn(async {
                tokio::time::sleep(DRAIN).await;
                tracing::warn!(
                    "requests still run after {} s, leaving them",
                    DRAIN.as_secs()
                );
                std::process::exit(0);
            });
        })
        .await?;
    Ok(())
}

fn router(neo4j: Neo4j) -> Router {
    Router::new()
        .route("/", get(Html(include_str!("../static/index.html"))))
        .route("/health", get(health))
        .route("/health/ready", get(ready))
        .route("/query", post(query))
        .with_state(neo4j)
}

async fn health() -> Json<Value> {
    Json(json!({ "status": "healthy", "service": SERVICE }))
}

async fn ready(State(neo4j): State<Neo4j>) -> Response {
    let report = Readiness::new(SERVICE, [("neo4j", Check::run(neo4j.ping()).await)]);
    let status = StatusCode::from_u16(report.http_status()).unwrap_or_default();
    (status, Json(report)).into_response()
}

async fn query(State(neo4j): State<Neo4j>, Json(request): Json<QueryRequest>) -> Response {
    let outcome = neo4j.query(&request.query, &request.parameters, Access::Write);
    match outcome.await {
        Ok(table) => {
            let rows = table.rows.len();
            let cut = if table.truncated {
                format!(" (the first {MAX_ROWS})")
            } else {
                String::new()
            };
            Json(QueryResult {
                columns: table.columns,
                data: table
                    .rows
                    .iter()
                    .map(|row| row.iter().map(to_json).collect())
                    .collect(),
                summary: format!("Query executed successfully. {rows} rows returned{cut}."),
            })
            .into_response()
        }
        Err(error) => {
            let body = json!({ "error": format!("Query execution failed: {error}") });
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        }
    }
}
