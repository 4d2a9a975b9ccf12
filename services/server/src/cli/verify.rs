//! `evident verify`: folds the log anew beside the views and compares every row.

use std::process::ExitCode;

use projections::{Catalogue, verify};
use serde_json::json;
use store::DataFolder;
use tokio::runtime::Handle;

use super::Environment;
use crate::{feed::LogSource, start::open_log};

/// How to tell the result.
#[derive(clap::Args)]
pub(super) struct VerifyArguments {
    /// Print the result as one line of JSON.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(
    environment: Environment,
    arguments: VerifyArguments,
) -> anyhow::Result<ExitCode> {
    let Environment { config, random, mut output, .. } = environment;
    let folder = DataFolder::open(&config.data)?;
    let source = LogSource::new(open_log(&config, &folder, &random)?, Handle::current());
    let (views, scratch) = (folder.views(), config.data.join("verify"));
    let verified = tokio::task::spawn_blocking(move || {
        verify(&views, &source, &scratch, &Catalogue::standard(), |_, _| {})
    })
    .await??;
    let is_good = verified.is_good();
    if arguments.json {
        output.json(&json!({
            "good": is_good,
            "tables": verified.equal.len(),
            "different": verified.different.iter().map(|difference| json!({
                "view": difference.view,
                "table": difference.table,
                "row": difference.row,
                "live": difference.live,
                "folded": difference.folded,
            })).collect::<Vec<_>>(),
            "stopped": verified.stopped.iter().map(|(view, _)| view).collect::<Vec<_>>(),
            "absent": verified.absent,
        }))?;
    } else {
        for (view, table, rows, _) in &verified.equal {
            output.line(&format!("as the log says: {view}.{table}, {rows} rows"))?;
        }
        for view in &verified.absent {
            output.line(&format!("not built yet: {view}"))?;
        }
        for difference in &verified.different {
            output.complain(&format!(
                "differs: {}.{} at row {}: the view has {:?}, the log says {:?}",
                difference.view,
                difference.table,
                difference.row,
                difference.live,
                difference.folded
            ));
        }
        for (view, stop) in &verified.stopped {
            output.complain(&format!(
                "cannot be folded: {view} at position {}: {}",
                stop.position, stop.error
            ));
        }
    }
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
