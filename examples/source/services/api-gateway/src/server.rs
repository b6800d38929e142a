//! Listening, and stopping without cutting off answers.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    time::Duration,
};

use anyhow::Context;
use axum::Router;
use axum_server::{tls_rustls::RustlsConfig, Handle};
use kalisi_common::startup;

use crate::config::Config;

const CERTIFICATE: &str = "certs/fullchain.pem";
const KEY: &str = "certs/privkey.pem";
const DRAIN: Duration = Duration::from_secs(10);

/// Serves HTTP and, when on, HTTPS until a stop signal; then lets running requests finish.
pub async fn serve(config: &Config, app: Router) -> anyhow::Result<()> {
    let handle = Handle::new();
    let https_handle = Handle::new();

    let https_server = match config.https_address() {
        None => None,
        Some(address) => {
            let tls = tls_config().await?;
            let server = axum_server::from_tcp_rustls(listen(address)?, tls)?
                .handle(https_handle.clone())
                .serve(app.clone().into_make_service());
            Some(server)
        }
    };
    let http_server = axum_server::from_tcp(listen(config.http_address())?)?
        .handle(handle.clone())
        .serve(app.into_make_service());
    let stop = async {
        startup::stop_signal().await?;
        handle.graceful_shutdown(Some(DRAIN));
        https_handle.graceful_shutdown(Some(DRAIN));
        anyhow::Ok(())
    };
    let https_server = async {
        match https_server {
            Some(server) => server.await,
            None => Ok(()),
        }
    };
    tokio::try_join!(
        async { http_server.await.context("HTTP server failed") },
        async { https_server.await.context("HTTPS server failed") },
        stop,
    )?;
    tracing::info!("stopped");
    Ok(())
}

fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener =
        TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))?;
    listener.set_nonblocking(true)?;
    tracing::info!("listening on {address}");
    Ok(listener)
}

/// HTTPS that was asked for and cannot be had is an error: falling back to HTTP would look
/// healthy and leave the published port dead.
async fn tls_config() -> anyhow::Result<RustlsConfig> {
    for file in [CERTIFICATE, KEY] {
        anyhow::ensure!(
            Path::new(file).is_file(),
            "ENABLE_HTTPS=true, but {file} is missing in {}",
            std::env::current_dir().unwrap_or_default().display()
        );
    }
    // Two providers in one build leave rustls without a default, so it is named.
    let _ = rustls::crypto::ring::default_provider().install_default();
    RustlsConfig::from_pem_file(CERTIFICATE, KEY)
        .await
        .with_context(|| format!("{CERTIFICATE} and {KEY} are no usable certificate and key"))
}
