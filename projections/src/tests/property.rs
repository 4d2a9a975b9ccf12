//! Any history: live tables, rebuilt tables and tables of interrupted runs are the same.

use std::{path::Path, sync::Arc};

use proptest::prelude::{ProptestConfig, Strategy, any, prop, prop_assert, proptest};

use super::{
    history::{History, Memory, open},
    random::{Dice, KINDS, push},
};
use crate::{
    Catalogue,
    file::ViewFile,
    folder, verify,
    writer::{Batch, Writer},
};

fn dice() -> impl Strategy<Value = Dice> {
    (0..KINDS, 0_u16..4, 0_u16..4, any::<bool>()).prop_map(|(kind, id, other, is_erased)| Dice {
        kind,
        id,
        other,
        is_erased,
    })
}

fn history() -> impl Strategy<Value = History> {
    prop::collection::vec(dice(), 1..150).prop_map(|all| {
        let mut history = History::default();
        all.into_iter().for_each(|dice| push(&mut history, dice));
        history
    })
}

impl std::fmt::Debug for History {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.0.iter().map(|event| &event.event)).finish()
    }
}

/// Whether the tables in a folder are what one pass over the history gives.
fn is_as_folded_at_once(folder: &Path, history: &History) -> bool {
    let scratch = tempfile::tempdir().unwrap();
    let memory = Memory::of(&history.0);
    let catalogue = Catalogue::standard();
    let verified = verify(folder, &*memory, scratch.path(), &catalogue, |_, _| ()).unwrap();
    verified.is_good() && verified.absent.is_empty()
}

fn writers(folder: &Path) -> Vec<Writer> {
    let catalogue = Catalogue::standard();
    let open = |fold: &Arc<dyn crate::catalogue::Fold>| {
        let path = folder::path(folder, fold.name(), fold.version(), 0);
        let file = Arc::new(ViewFile::new(path, fold.version()));
        Writer::open(Arc::clone(fold), file).unwrap()
    };
    catalogue.folds().map(|(_, fold)| open(fold)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..Default::default() })]

    #[test]
    fn live_tables_are_what_a_rebuild_gives(history in history(), cuts in prop::collection::vec(any::<u8>(), 0..4)) {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory::of(&[]);
        let views = open(folder.path(), &memory, Catalogue::standard());
        let mut rest = history.0.as_slice();
        for cut in cuts {
            let (now, later) = rest.split_at(usize::from(cut).min(rest.len()));
            memory.append(now);
            rest = later;
        }
        memory.append(rest);
        super::history::wait(async {
            views.wait(history.head(), super::history::LONG).await.unwrap();
        });
        super::history::until(|| views.is_live());
        drop(views);
        prop_assert!(is_as_folded_at_once(folder.path(), &history));
    }

    #[test]
    fn a_run_killed_after_any_batch_goes_on_as_if_nothing_happened(
        history in history(), size in 1_usize..40, kills in prop::collection::vec(0_usize..40, 1..4),
    ) {
        let folder = tempfile::tempdir().unwrap();
        for kill in kills.into_iter().map(Some).chain([None]) {
            for mut writer in writers(folder.path()) {
                let begin = usize::try_from(writer.position).unwrap();
                let batches = history.0[begin..].chunks(size);
                for batch in batches.take(kill.unwrap_or(usize::MAX)) {
                    writer.apply(&Batch::new(batch.to_vec())).unwrap();
                }
                if kill.is_none() {
                    writer.settle().unwrap();
                }
            }
        }
        prop_assert!(is_as_folded_at_once(folder.path(), &history));
    }
}
