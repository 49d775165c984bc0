//! The driver of each connection's ends, step by step, as a node's driver does it with tasks: greets, links, carries
//! orders out, hands frames over, hangs up. Must not decide anything; a link fault that no injected fault explains
//! breaks the run.

use rogatory_domain::refusal::Code;
use rogatory_engine::frame::Frame;
use rogatory_engine::link::{Greeting, LinkFault, Received, ReceivedEnvelope, ReceivedItem};
use rogatory_engine::{Draft, Input, ToLink};
use rogatory_evidence::Kind;

use crate::Broken;
use crate::cast::{member, number_of};
use crate::federation::Federation;
use crate::node::text;
use crate::sabotage::Sabotage;
use crate::wire::{Connection, End, Phase};

impl Federation {
    /// Carries out a node's oldest dial.
    pub(crate) fn dial(&mut self, nth: usize) -> Result<(), Broken> {
        let dialled = self.nodes[nth].running.as_mut().and_then(|running| running.dials.pop_front());
        let Some(agency) = dialled else { return Ok(()) };
        let Some(peer) = number_of(&agency).filter(|peer| self.nodes[*peer].running.is_some()) else {
            return self.nodes[nth].handle(Input::LinkLost(agency, None));
        };
        let ends = [(nth, peer), (peer, nth)].map(|(from, to)| self.connect(from, to));
        let [Some(dialler), Some(acceptor)] = ends else {
            // One of them does not know the other.
            return self.nodes[nth].handle(Input::LinkLost(agency, None));
        };
        let greetings = [&dialler, &acceptor].map(|end| {
            let introduced = end.introduced.clone();
            let then = Box::new(move |introduction| *introduced.lock() = Some(introduction));
            (end.node, Input::Greet(end.peer.clone(), end.session, then))
        });
        self.connections.push(Connection { ends: [dialler, acceptor], is_cut: false });
        for (node, greet) in greetings {
            self.nodes[node].handle(greet)?;
        }
        Ok(())
    }

    fn connect(&mut self, from: usize, to: usize) -> Option<End> {
        let context = self.nodes[from].context(to)?;
        let running = self.nodes[from].running.as_mut()?;
        running.sessions += 1;
        Some(End::new(from, member(to).agency().clone(), running.sessions, context))
    }

    /// Sends Hello.
    pub(crate) fn greet(&mut self, at: usize, side: usize) {
        let connection = &mut self.connections[at];
        let end = &mut connection.ends[side];
        let Some(introduction) = end.introduced.lock().take() else { return };
        let hello = Frame::Hello(end.context.hello(&introduction));
        end.phase = Phase::Greeting(introduction);
        connection.send(side, hello);
    }

    /// Takes the oldest frame that waits at an end.
    pub(crate) fn deliver(&mut self, at: usize, side: usize) -> Result<(), Broken> {
        let connection = &mut self.connections[at];
        let end = &mut connection.ends[side];
        let Some(frame) = end.inbox.pop_front() else { return Ok(()) };
        let phase = std::mem::replace(&mut end.phase, Phase::Closed);
        let (peer, session, node) = (end.peer.clone(), end.session, end.node);
        let (phase, input) = match (phase, frame) {
            (Phase::Greeting(introduction), Frame::Hello(hello)) => {
                match end.context.greet(&introduction, &hello) {
                    Ok(Greeting::Linked(halves)) => {
                        let link = halves.0.link();
                        end.phase = Phase::Linking(halves);
                        match link {
                            Ok(link) => connection.send(side, Frame::Link(link)),
                            Err(fault) => return Err(self.faulted(at, side, &fault)),
                        }
                        return Ok(());
                    }
                    Ok(Greeting::Unsigned(fault)) => {
                        // An end that says nothing of what it holds is no answer.
                        let is_answer = self.sabotage != Sabotage::MuteWhileHeld || !hello.head.is_empty();
                        if fault == LinkFault::Held && is_answer {
                            self.nodes[node].answered(&peer)?;
                        }
                        return self.close(at, side);
                    }
                    Err(fault) => return Err(self.faulted(at, side, &fault)),
                }
            }
            (Phase::Linking(mut halves), Frame::Link(consistency)) => match halves.1.link(consistency) {
                Ok(offer) => {
                    let up = Input::LinkUp(peer, session, end.orders.clone(), offer.map(Box::new));
                    (Phase::Up(halves), up)
                }
                Err(fault) => return Err(self.faulted(at, side, &fault)),
            },
            (Phase::Up(mut halves), Frame::Batch(batch)) => match halves.1.batch(batch) {
                Ok(mut received) => {
                    if self.sabotage == Sabotage::ChangedId {
                        self.take_twice(node, &mut received)?;
                    }
                    (Phase::Up(halves), Input::Received(peer, session, Box::new(received)))
                }
                Err(fault) => return Err(self.faulted(at, side, &fault)),
            },
            (Phase::Up(mut halves), Frame::Receipts(receipts)) => match halves.1.receipts(receipts) {
                Ok(mut received) => {
                    if self.sabotage == Sabotage::UnheardNotYets {
                        received.not_yet.clear();
                    }
                    (Phase::Up(halves), Input::Receipted(peer, session, Box::new(received)))
                }
                Err(fault) => return Err(self.faulted(at, side, &fault)),
            },
            (Phase::Up(halves), Frame::Question(messages)) => {
                if self.sabotage == Sabotage::IgnoredQuestions {
                    end.phase = Phase::Up(halves);
                    return Ok(());
                }
                (Phase::Up(halves), Input::Asked(peer, session, messages))
            }
            (Phase::Up(halves), Frame::GoesBy(_)) => (Phase::Up(halves), Input::GoesBy(peer, session)),
            (Phase::Up(mut halves), Frame::Checkpoint(head)) => match halves.1.checkpoint(&head) {
                Ok(Some(head)) => (Phase::Up(halves), Input::Offered(peer, session, Box::new(head))),
                Ok(None) => {
                    end.phase = Phase::Up(halves);
                    return Ok(());
                }
                Err(fault) => return Err(self.faulted(at, side, &fault)),
            },
            (_, frame) => {
                return Err(format!("{} met a frame out of turn: {frame:?}", member(node).agency()));
            }
        };
        self.connections[at].ends[side].phase = phase;
        if self.sabotage == Sabotage::LostReceipts && matches!(input, Input::Receipted(..)) {
            return Ok(());
        }
        self.nodes[node].handle(input)
    }

    /// Carries out the oldest order at an end.
    pub(crate) fn carry_out(&mut self, at: usize, side: usize) -> Result<(), Broken> {
        let connection = &mut self.connections[at];
        let end = &mut connection.ends[side];
        let Phase::Up(halves) = &mut end.phase else { return Ok(()) };
        let Some(order) = end.orders.0.lock().pop_front() else { return Ok(()) };
        let frame = match order {
            ToLink::Batch { items, closed, head } => match halves.0.batch(&items, &closed, &head) {
                Ok(sending) => {
                    let unsendable = Input::Unsendable(end.peer.clone(), end.session, sending.unsendable);
                    let node = end.node;
                    if let Some(batch) = sending.batch {
                        connection.send(side, Frame::Batch(batch));
                    }
                    return self.nodes[node].handle(unsendable);
                }
                Err(fault) => Err(fault),
            },
            ToLink::Receipts { reply, head } => halves.0.receipts(reply, &head).map(Frame::Receipts),
            ToLink::Question(messages) => Ok(Frame::Question(messages)),
            ToLink::GoesBy(version) => Ok(Frame::GoesBy(version)),
            ToLink::Checkpoint(head) => match halves.0.checkpoint(&head) {
                Ok(Some(head)) => Ok(Frame::Checkpoint(head)),
                Ok(None) => return Ok(()),
                Err(fault) => Err(fault),
            },
            ToLink::Replaced | ToLink::HangUp(Code::PeerChanged | Code::StrangerCertificate) => {
                return self.close(at, side);
            }
            ToLink::HangUp(code) => Err(LinkFault::Refused(code)),
        };
        match frame {
            Ok(frame) => {
                connection.send(side, frame);
                Ok(())
            }
            Err(fault) => Err(self.faulted(at, side, &fault)),
        }
    }

    /// An end hangs up or notices that the connection is gone.
    pub(crate) fn close(&mut self, at: usize, side: usize) -> Result<(), Broken> {
        let connection = &mut self.connections[at];
        connection.is_cut = true;
        let end = &mut connection.ends[side];
        end.phase = Phase::Closed;
        let lost = Input::LinkLost(end.peer.clone(), Some(end.session));
        self.nodes[end.node].handle(lost)
    }

    /// The network loses a connection, with some of what was on its way.
    pub(crate) fn cut(&mut self, at: usize) {
        self.stats.cuts += 1;
        let connection = &mut self.connections[at];
        connection.is_cut = true;
        for end in &mut connection.ends {
            let arrives = self.dice.below(end.inbox.len() + 1);
            end.inbox.truncate(arrives);
        }
    }

    /// A node went down: its ends are gone, and the others will notice.
    pub(crate) fn orphan(&mut self, node: usize) {
        self.stats.crashes += 1;
        for at in 0..self.connections.len() {
            if self.connections[at].ends.iter().any(|end| end.node == node) {
                self.cut(at);
                let ends = self.connections[at].ends.iter_mut().filter(|end| end.node == node);
                ends.for_each(|end| end.phase = Phase::Closed);
            }
        }
    }

    fn faulted(&self, at: usize, side: usize, fault: &LinkFault) -> Broken {
        let end = &self.connections[at].ends[side];
        format!("{} gives up the link to {}: {fault:?}", member(end.node).agency(), end.peer)
    }

    /// The sabotage of [`Sabotage::ChangedId`]: the last envelope comes again as another message.
    fn take_twice(&mut self, node: usize, received: &mut Received) -> Result<(), Broken> {
        let message = self.mint();
        let Some(running) = &self.nodes[node].running else { return Ok(()) };
        let Some((index, Ok(last))) = received.items.last().map(|item| (item.index, &item.envelope)) else {
            return Ok(());
        };
        let Ok((facts, _)) = &last.opened else { return Ok(()) };
        let Some(parts) = last.parts.clone() else { return Ok(()) };
        let mut header = last.header.clone();
        (header.message, header.number, header.previous) = (message, header.number + 1, Some(last.digest));
        let mut digest = last.digest;
        digest.0[0] ^= 1;
        let (facts, sent) = (facts.clone(), last.sent);
        let mut draft = Draft::about(&running.scribe, Kind::Taken, header.clone(), parts.clone(), digest);
        draft.facts = Some(facts.clone());
        let written = Box::new(running.scribe.write(draft).map_err(text)?);
        let opened = Ok((facts, written));
        let envelope = Ok(ReceivedEnvelope { header, parts: Some(parts), digest, sent, opened });
        received.items.push(ReceivedItem { index, envelope });
        Ok(())
    }
}
