//! Events by position, through the log.

use std::sync::Arc;

use crypto::Random;
use domain::{Tenant, TenantCommand};
use events::{Actor, UnixMillis};
use store::{Context, KeyStore, Log, Memory};

#[tokio::test]
async fn the_events_of_some_positions_are_read_in_order_and_others_left_out() {
    let random = Random::seeded(1);
    let keys = KeyStore::in_memory(random.clone());
    let log = Log::new(Arc::new(Memory::new()), keys, random);
    for name in ["a", "b", "c", "d"] {
        let context = Context {
            tenant: name.parse().unwrap(),
            actor: Actor::System,
            correlation: "r".parse().unwrap(),
            causation: None,
            time: UnixMillis(1),
        };
        let create = TenantCommand::CreateTenant { name: name.into() };
        log.execute::<Tenant>(&context, &(), create).await.unwrap();
    }
    let read = log.read_at(&[4, 0, 2, 99, 2]).await.unwrap();
    let positions: Vec<u64> = read.iter().map(|recorded| recorded.position).collect();
    assert_eq!(positions, [2, 4]);
    assert_eq!(read[0].tenant.as_str(), "b");
}
