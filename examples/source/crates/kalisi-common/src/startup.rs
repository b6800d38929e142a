//! Start-up and stop, the same for every service.

use std::{
    io::{ErrorKind, IsTerminal},
    process::ExitCode,
};

use anyhow::{anyhow, Context};
use tokio::signal::unix::{signal, SignalKind};
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// Turns a service's end into an exit code: one line on stderr and 1 when it failed.
pub fn finish(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Loads `.env` (the process environment wins) and starts logging at `RUST_LOG`.
pub fn init() -> anyhow::Result<()> {
    let dotenv = load_dotenv();
    let level = std::env::var("RUST_LOG").unwrap_or_else(|_| "info".to_owned());
    let targets: Targets = level.parse().with_context(|| {
        format!("RUST_LOG={level} is no list of levels such as info,hyper=warn")
    })?;
    tracing_subscriber::registry()
        .with(targets)
        .with(tracing_subscriber::fmt::layer().with_ansi(std::io::stdout().is_terminal()))
        .init();
    dotenv
}

fn load_dotenv() -> anyhow::Result<()> {
    match dotenvy::dotenv() {
        Ok(_) => Ok(()),
        Err(error) if error.not_found() => Ok(()),
        // The error's own text quotes the line, which may hold a secret.
        Err(dotenvy::Error::LineParse(line, _)) => Err(anyhow!(
            ".env cannot be parsed at the line that sets {}",
            line.split('=').next().unwrap_or_default().trim()
        )),
        // A supervisor may have read the file for us, where only its owner can: what is missing from
        // the environment is reported by name later.
        Err(dotenvy::Error::Io(error)) if error.kind() == ErrorKind::PermissionDenied => Ok(()),
        Err(error) => Err(error).context(".env cannot be read"),
    }
}

/// Resolves when the process is asked to stop (TERM from a supervisor, INT from a terminal).
pub async fn stop_signal() -> anyhow::Result<()> {
    let mut term = signal(SignalKind::terminate())?;
    let mut int = signal(SignalKind::interrupt())?;
    let name = tokio::select! {
        _ = term.recv() => "TERM",
        _ = int.recv() => "INT",
    };
    tracing::info!("{name} received, stopping");
    Ok(())
}
