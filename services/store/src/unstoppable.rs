//! A future that goes on to its end even if whoever waits for it goes away.
//!
//! A task of its own would do the same, at the price of two hand-overs between threads each time.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use tokio::runtime::Handle;

/// A future that becomes a task when it is dropped after it began and before it ended. Without a
/// runtime to carry it on it ends there, like everything else.
pub(crate) struct Unstoppable<F: Future<Output: Send> + Send + 'static> {
    future: Option<Pin<Box<F>>>,
    has_begun: bool,
}

impl<F: Future<Output: Send> + Send + 'static> Unstoppable<F> {
    pub(crate) fn new(future: F) -> Self {
        Self { future: Some(Box::pin(future)), has_begun: false }
    }
}

impl<F: Future<Output: Send> + Send + 'static> Future for Unstoppable<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        self.has_begun = true;
        let Some(future) = &mut self.future else { return Poll::Pending };
        let outcome = future.as_mut().poll(context);
        if outcome.is_ready() {
            self.future = None;
        }
        outcome
    }
}

impl<F: Future<Output: Send> + Send + 'static> Drop for Unstoppable<F> {
    fn drop(&mut self) {
        if let (Some(future), true) = (self.future.take(), self.has_begun)
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(future);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    fn waiting() -> (oneshot::Sender<()>, oneshot::Receiver<()>, impl Future<Output = ()> + Send) {
        let (go, gone) = oneshot::channel();
        let (tell, told) = oneshot::channel();
        let work = async move {
            let _ = gone.await;
            let _ = tell.send(());
        };
        (go, told, work)
    }

    #[tokio::test]
    async fn what_has_begun_goes_on_when_nobody_waits_any_more() {
        let (go, told, work) = waiting();
        let mut work = Unstoppable::new(work);
        let polled = std::future::poll_fn(|context| {
            Poll::Ready(Pin::new(&mut work).poll(context).is_pending())
        });
        assert!(polled.await);
        drop(work);
        go.send(()).unwrap();
        assert!(told.await.is_ok());
    }

    #[tokio::test]
    async fn what_has_not_begun_does_not_happen() {
        let (_go, told, work) = waiting();
        drop(Unstoppable::new(work));
        assert!(told.await.is_err());
    }
}
