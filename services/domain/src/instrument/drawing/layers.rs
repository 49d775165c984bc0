//! Where the boxes and arrows of a picture stand: in layers, each arrow from one layer to a later one, after K. Sugiyama.
//!
//! Owns places alone. It must not know what is drawn. Whatever it decides it decides the same way every time.

use std::collections::VecDeque;

/// Space between two things of one layer.
const BESIDE: f64 = 18.0;
/// Space between two layers.
const BETWEEN: f64 = 22.0;
/// Looks at the order within layers, and then at the places.
const PASSES: usize = 24;
/// How much more a place in the middle of an arrow pulls than a box: arrows are to be straight.
const PULL: f64 = 6.0;

/// How large something is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Middle of something.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// An arrow, and the size of what is written on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) label: Size,
}

/// Where everything stands.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) size: Size,
    pub(super) nodes: Vec<Point>,
    /// Middles of what is written on the arrows.
    pub(super) labels: Vec<Point>,
    /// Points that each arrow passes, from its begin to its tip.
    pub(super) lines: Vec<Vec<Point>>,
}

/// Something in a layer: a box, a label, or the place where an arrow passes.
#[derive(Clone, Debug)]
struct Item {
    size: Size,
    layer: usize,
    /// Items of the layer above and of the one below that it is joined to.
    above: Vec<usize>,
    below: Vec<usize>,
    is_box: bool,
    x: f64,
}

/// Places boxes of these sizes and the arrows between them.
pub(super) fn place(sizes: &[Size], edges: &[Edge]) -> Placed {
    let depth = depths(sizes.len(), edges);
    let mut graph = Graph::default();
    for (size, depth) in sizes.iter().zip(&depth) {
        // Labels have the layers in between.
        graph.item(*size, depth * 2, true);
    }
    let chains: Vec<Vec<usize>> = edges.iter().map(|edge| graph.chain(edge, &depth)).collect();
    graph.settle();
    let tops = graph.middles();
    let point = |item: usize| Point { x: graph.items[item].x, y: tops[graph.items[item].layer] };
    let label_of = |(edge, chain): (&Edge, &Vec<usize>)| point(chain[label_at(edge, &depth, chain.len())]);
    let lines =
        edges.iter().zip(&chains).map(|(edge, chain)| graph.line(edge, chain, &depth, &tops)).collect();
    Placed {
        size: graph.size(),
        nodes: (0..sizes.len()).map(point).collect(),
        labels: edges.iter().zip(&chains).map(label_of).collect(),
        lines,
    }
}

/// Where in the chain of an arrow its label is: right behind its begin. Chains run downwards, also of arrows that point up.
fn label_at(edge: &Edge, depth: &[usize], length: usize) -> usize {
    if depth[edge.from] < depth[edge.to] { 1 } else { length - 2 }
}

/// How deep each box stands: one deeper than the deepest that leads to it, arrows that close a circle left aside. What nothing
/// leads to stands right above what it leads to.
fn depths(count: usize, edges: &[Edge]) -> Vec<usize> {
    let forward = forward(count, edges);
    let mut depth = vec![0usize; count];
    let mut missing: Vec<usize> =
        (0..count).map(|node| forward.iter().filter(|(_, to)| *to == node).count()).collect();
    let mut ready: VecDeque<usize> = (0..count).filter(|node| missing[*node] == 0).collect();
    while let Some(node) = ready.pop_front() {
        for (_, to) in forward.iter().filter(|(from, _)| *from == node) {
            depth[*to] = depth[*to].max(depth[node] + 1);
            missing[*to] -= 1;
            if missing[*to] == 0 {
                ready.push_back(*to);
            }
        }
    }
    for node in (0..count).filter(|node| forward.iter().all(|(_, to)| to != node)) {
        let below = forward.iter().filter(|(from, _)| *from == node).map(|(_, to)| depth[*to]).min();
        depth[node] = below.map_or(depth[node], |below| below.saturating_sub(1));
    }
    depth
}

/// The arrows, each turned so that together they close no circle.
fn forward(count: usize, edges: &[Edge]) -> Vec<(usize, usize)> {
    let mut order = Vec::with_capacity(count);
    let mut seen = vec![false; count];
    let targets = |node: usize| edges.iter().filter(move |edge| edge.from == node).map(|edge| edge.to);
    let is_target = |node: usize| edges.iter().any(|edge| edge.to == node && edge.from != node);
    let (roots, others): (Vec<_>, Vec<_>) = (0..count).partition(|node| !is_target(*node));
    // Depth first, each node behind everything that it leads to.
    for root in roots.into_iter().chain(others) {
        let mut stack = vec![(root, false)];
        while let Some((node, is_done)) = stack.pop() {
            if is_done {
                order.push(node);
            } else if !std::mem::replace(&mut seen[node], true) {
                stack.push((node, true));
                let next: Vec<usize> = targets(node).filter(|to| !seen[*to]).collect();
                stack.extend(next.into_iter().rev().map(|to| (to, false)));
            }
        }
    }
    let mut rank = vec![0; count];
    order.iter().rev().enumerate().for_each(|(at, node)| rank[*node] = at);
    let turned = |edge: &Edge| match rank[edge.from] <= rank[edge.to] {
        true => (edge.from, edge.to),
        false => (edge.to, edge.from),
    };
    edges.iter().map(turned).filter(|(from, to)| from != to).collect()
}

#[derive(Default)]
struct Graph {
    items: Vec<Item>,
    layers: Vec<Vec<usize>>,
}

impl Graph {
    fn item(&mut self, size: Size, layer: usize, is_box: bool) -> usize {
        let item = self.items.len();
        self.items.push(Item { size, layer, above: Vec::new(), below: Vec::new(), is_box, x: 0.0 });
        if self.layers.len() <= layer {
            self.layers.resize(layer + 1, Vec::new());
        }
        self.layers[layer].push(item);
        item
    }

    /// The items that an arrow passes, from the upper box to the lower one. One that stays in its layer goes around below.
    fn chain(&mut self, edge: &Edge, depth: &[usize]) -> Vec<usize> {
        let (upper, lower) =
            if depth[edge.from] <= depth[edge.to] { (edge.from, edge.to) } else { (edge.to, edge.from) };
        let (first, last) = (depth[upper] * 2, depth[lower] * 2);
        let mut chain = vec![upper];
        let between = (first + 1)..last.max(first + 2);
        let length = between.len() + 2;
        for (at, layer) in between.enumerate() {
            let is_label = at + 1 == label_at(edge, depth, length);
            let size = if is_label { edge.label } else { Size::default() };
            chain.push(self.item(size, layer, false));
        }
        chain.push(lower);
        for pair in chain.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            if self.items[from].layer < self.items[to].layer {
                self.items[from].below.push(to);
                self.items[to].above.push(from);
            } else {
                self.items[from].above.push(to);
                self.items[to].below.push(from);
            }
        }
        chain
    }

    /// Orders the layers for few crossings, and then moves everything to where its arrows are straight.
    fn settle(&mut self) {
        let mut best = (self.crossings(), self.layers.clone());
        for pass in 0..PASSES {
            self.order(pass % 2 == 0);
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.layers.clone());
            }
        }
        self.layers = best.1;
        for pass in 0..=PASSES {
            self.straighten(pass % 2 == 0);
        }
        let left = self.items.iter().map(|item| item.x - item.size.width / 2.0).fold(f64::MAX, f64::min);
        self.items.iter_mut().for_each(|item| item.x -= left);
    }

    /// Sorts each layer by the mean place of what its items are joined to in the layer before.
    fn order(&mut self, is_down: bool) {
        let count = self.layers.len();
        for step in 1..count {
            let layer = if is_down { step } else { count - 1 - step };
            let beside = if is_down { layer - 1 } else { layer + 1 };
            let mut place = vec![0usize; self.items.len()];
            for within in [beside, layer] {
                self.layers[within].iter().enumerate().for_each(|(at, item)| place[*item] = at);
            }
            let mean = |item: usize| {
                let joined = if is_down { &self.items[item].above } else { &self.items[item].below };
                let places: Vec<f64> = joined.iter().map(|other| super::count(place[*other])).collect();
                mean_of(&places).unwrap_or_else(|| super::count(place[item]))
            };
            let mut sorted: Vec<(f64, usize)> =
                self.layers[layer].iter().map(|item| (mean(*item), *item)).collect();
            sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
            self.layers[layer] = sorted.into_iter().map(|(_, item)| item).collect();
        }
    }

    fn crossings(&self) -> usize {
        let mut place = vec![0usize; self.items.len()];
        for layer in &self.layers {
            layer.iter().enumerate().for_each(|(at, item)| place[*item] = at);
        }
        let mut crossings = 0;
        for layer in &self.layers {
            let ends = |item: &usize| {
                let from = place[*item];
                self.items[*item].below.iter().map(|to| (from, place[*to])).collect::<Vec<_>>()
            };
            let lines: Vec<(usize, usize)> = layer.iter().flat_map(ends).collect();
            for (at, one) in lines.iter().enumerate() {
                crossings += lines[at + 1..].iter().filter(|two| one.0 < two.0 && one.1 > two.1).count();
            }
        }
        crossings
    }

    /// Moves the items of each layer, in their order, as near as may be to the mean of what they are joined to.
    fn straighten(&mut self, is_down: bool) {
        let count = self.layers.len();
        for step in 0..count {
            let layer = if is_down { step } else { count - 1 - step };
            let items = self.layers[layer].clone();
            let wanted: Vec<(f64, f64)> = items.iter().map(|item| self.wanted(*item)).collect();
            let widths: Vec<f64> = items.iter().map(|item| self.items[*item].size.width).collect();
            for (item, x) in items.iter().zip(spread(&wanted, &widths)) {
                self.items[*item].x = x;
            }
        }
    }

    /// Where an item would like to be, and how much.
    fn wanted(&self, item: usize) -> (f64, f64) {
        let found = &self.items[item];
        let joined = found.above.iter().chain(&found.below);
        let places: Vec<f64> = joined.map(|other| self.items[*other].x).collect();
        (mean_of(&places).unwrap_or(found.x), if found.is_box { 1.0 } else { PULL })
    }

    /// Heights of the layers.
    fn heights(&self) -> Vec<f64> {
        let height =
            |layer: &Vec<usize>| layer.iter().map(|item| self.items[*item].size.height).fold(0.0, f64::max);
        self.layers.iter().map(height).collect()
    }

    /// The middle of each layer.
    fn middles(&self) -> Vec<f64> {
        let mut top = 0.0;
        let middle = |height: f64| {
            let middle = top + height / 2.0;
            top += height + BETWEEN;
            middle
        };
        self.heights().into_iter().map(middle).collect()
    }

    fn size(&self) -> Size {
        let right = self.items.iter().map(|item| item.x + item.size.width / 2.0).fold(0.0, f64::max);
        let height = self.heights().iter().map(|height| height + BETWEEN).sum::<f64>() - BETWEEN;
        Size { width: right, height }
    }

    /// The points of an arrow: out of the edge of one box, through what lies between, to the edge of the other.
    fn line(&self, edge: &Edge, chain: &[usize], depth: &[usize], middles: &[f64]) -> Vec<Point> {
        let mut points: Vec<Point> = Vec::with_capacity(chain.len() * 2);
        for (at, item) in chain.iter().enumerate() {
            let found = &self.items[*item];
            let (x, y, half) = (found.x, middles[found.layer], found.size.height / 2.0);
            match at {
                0 => points.push(Point { x, y: y + half }),
                last if last + 1 == chain.len() => {
                    let is_below = self.items[chain[at - 1]].layer < found.layer;
                    points.push(Point { x, y: if is_below { y - half } else { y + half } });
                }
                _ if half > 0.0 => points.extend([Point { x, y: y - half }, Point { x, y: y + half }]),
                _ => points.push(Point { x, y }),
            }
        }
        if depth[edge.from] > depth[edge.to] {
            points.reverse();
        }
        points
    }
}

fn mean_of(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / super::count(values.len()))
}

/// Places in order, without touching, that are nearest to those wanted, each with its weight: neighbours that would touch are
/// pooled, and a pool stands where its members want to be on average (pool adjacent violators).
fn spread(wanted: &[(f64, f64)], widths: &[f64]) -> Vec<f64> {
    let mut offsets = Vec::with_capacity(widths.len());
    let mut offset = 0.0;
    for (at, width) in widths.iter().enumerate() {
        if at > 0 {
            offset += f64::midpoint(widths[at - 1], *width) + BESIDE;
        }
        offsets.push(offset);
    }
    // A pool: sum of weighted wishes, sum of weights, members.
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for ((want, weight), offset) in wanted.iter().zip(&offsets) {
        let mut pool = ((want - offset) * weight, *weight, 1);
        while let Some(before) = pools.last().copied().filter(|before| before.0 / before.1 > pool.0 / pool.1)
        {
            pools.pop();
            pool = (pool.0 + before.0, pool.1 + before.1, pool.2 + before.2);
        }
        pools.push(pool);
    }
    let places = pools.iter().flat_map(|(sum, weight, members)| std::iter::repeat_n(sum / weight, *members));
    places.zip(&offsets).map(|(place, offset)| place + offset).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_keep_their_order_and_their_distance_and_are_near_to_those_wanted() {
        let places = spread(&[(50.0, 1.0), (0.0, 1.0), (200.0, 1.0)], &[10.0, 30.0, 10.0]);
        assert_eq!(places, [6.0, 44.0, 200.0]);
    }

    #[test]
    fn a_circle_of_arrows_has_layers_and_arrows_to_the_own_box_and_back_end_at_their_boxes() {
        let size = Size { width: 10.0, height: 10.0 };
        let edge = |from, to| Edge { from, to, label: size };
        let placed = place(&[size; 3], &[edge(0, 1), edge(1, 2), edge(2, 0), edge(1, 1)]);
        assert!(placed.nodes[0].y < placed.nodes[1].y && placed.nodes[1].y < placed.nodes[2].y);
        let back = &placed.lines[2];
        assert!(back[0].y > back[back.len() - 1].y, "it points up");
        assert_eq!(placed.lines[3].first().unwrap().x, placed.nodes[1].x);
        assert_eq!(placed.labels.len(), 4);
    }
}
