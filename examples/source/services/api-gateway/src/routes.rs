//! What answers what.

use axum::{
    extract::{FromRef, Request, State},
    http::{header, HeaderName, HeaderValue, StatusCode},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
    Json, Router,
};
use chrono::Utc;
use kalisi_common::{
    health::{Check, Readiness},
    neo4j::Neo4j,
    redis::ping,
};
use redis::aio::ConnectionManager;
use serde_json::{json, Value};

use crate::{graph, spa};

const SERVICE: &str = "kalisi-gateway";

#[derive(Clone, FromRef)]
pub struct AppState {
    pub redis: ConnectionManager,
    pub neo4j: Neo4j,
    pub environment: String,
}

pub fn router(state: AppState) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/health/ready", get(ready))
        .route("/api/spa/config", get(spa_config))
        .route("/v2/auth/time", get(time))
        .route("/v0/cypher/unified", post(graph::unified))
        .with_state(state)
        .fallback_service(spa::router(spa::DIST))
        .layer(middleware::from_fn(security_headers))
}

async fn health() -> Json<Value> {
    Json(json!({ "status": "healthy", "service": SERVICE }))
}

async fn ready(State(state): State<AppState>) -> Response {
    let (redis, neo4j) = tokio::join!(
        Check::run(ping(&state.redis)),
        Check::run(state.neo4j.ping()),
    );
    let report = Readiness::new(SERVICE, [("redis", redis), ("neo4j", neo4j)]);
    let status = StatusCode::from_u16(report.http_status()).unwrap_or_default();
    (status, Json(report)).into_response()
}

async fn spa_config(State(environment): State<String>) -> Json<Value> {
    Json(json!({
        "environment": environment,
        "features": { "monitoring": true, "security": false, "graph": true, "logs": false, "mfa": false },
        "refresh_intervals": { "health": 10_000 },
        "api_endpoints": {
            "auth": { "time": "/v2/auth/time" },
            "monitoring": { "health": "/health", "ready": "/health/ready" },
            "graph": { "cypher": "/v0/cypher/unified" },
        },
    }))
}

async fn time() -> Json<Value> {
    let now = Utc::now();
    Json(json!({
        "server_time": now.timestamp_millis(),
        "server_time_iso": now.to_rfc3339(),
    }))
}

const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

// No HSTS: with a certificate of its own on localhost it would bind every other local service too.
async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}
