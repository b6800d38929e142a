//! The built web page, served from `frontend/dist` below the working directory.

use std::path::{Path, PathBuf};

use axum::{
    extract::{Request, State},
    http::{header, HeaderValue, Method, StatusCode, Uri},
    middleware::Next,
    response::{Html, IntoResponse, Response},
    routing::get,
    Router,
};
use tower_http::services::ServeDir;

pub const DIST: &str = "frontend/dist";

/// Real files as they are; any other path without a dot is a page of the single-page app.
pub fn router(dist: impl AsRef<Path>) -> Router {
    let index = dist.as_ref().join("index.html");
    let page = get(page).with_state(index);
    let files = ServeDir::new(dist)
        .append_index_html_on_directories(false)
        .call_fallback_on_method_not_allowed(true)
        .fallback(page);
    Router::new()
        .fallback_service(files)
        .layer(axum::middleware::from_fn(cache_control))
}

async fn page(State(index): State<PathBuf>, uri: Uri) -> Response {
    let file_name = uri.path().rsplit('/').next().unwrap_or_default();
    if file_name.contains('.') {
        return (StatusCode::NOT_FOUND, "not found\n").into_response();
    }
    match tokio::fs::read_to_string(&index).await {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::warn!("{} cannot be read: {error}", index.display());
            let text =
                "The web page has not been built yet: frontend/dist/index.html is missing.\n";
            (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
        }
    }
}

/// Hashed names never change their content; everything else must be asked for again, so that a
/// rebuilt page is seen at once.
async fn cache_control(request: Request, next: Next) -> Response {
    let hashed = request.uri().path().starts_with("/assets/");
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = next.run(request).await;
    let value = if hashed && reads && response.status().is_success() {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use tower::ServiceExt;

    async fn get_status(dist: &Path, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = router(dist).oneshot(request).await.unwrap();
        let cache = response.headers()[header::CACHE_CONTROL].to_str().unwrap();
        (response.status(), cache.to_owned())
    }

    #[tokio::test]
    async fn serves_files_pages_and_honest_errors() {
        let dist = std::env::temp_dir().join(format!("kalisi-spa-{}", std::process::id()));
        assert_eq!(
            get_status(&dist, "/").await.0,
            StatusCode::SERVICE_UNAVAILABLE
        );

        std::fs::create_dir_all(dist.join("assets")).unwrap();
        std::fs::write(dist.join("index.html"), "<title>Kalisi</title>").unwrap();
        std::fs::write(dist.join("assets/app-1a2b.js"), "1").unwrap();
        let no_cache = |status| (status, "no-cache".to_owned());
        assert_eq!(get_status(&dist, "/").await, no_cache(StatusCode::OK));
        assert_eq!(
            get_status(&dist, "/some/page").await,
            no_cache(StatusCode::OK)
        );
        assert_eq!(
            get_status(&dist, "/assets/gone.js").await,
            no_cache(StatusCode::NOT_FOUND)
        );
        let (status, cache) = get_status(&dist, "/assets/app-1a2b.js").await;
        assert_eq!(status, StatusCode::OK);
        assert!(cache.ends_with("immutable"));
        std::fs::remove_dir_all(&dist).unwrap();
    }
}
