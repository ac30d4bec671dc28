// The last hour of a lane as two small drawings: jobs a second, and how many wait.
import { drawing, element, setAttribute, setText } from './dom.js';
import { clock, compact, count, perSecond } from './format.js';
import { now } from './server-time.js';

const WIDTH = 600;
const HOUR = 3_600_000;
// A longer silence than this many intervals is a gap, not a line.
const GAP = 3;

const nice = (value) => {
    if (value <= 5) return 5;
    const size = 10 ** Math.floor(Math.log10(value));
    return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * size).find((step) => step >= value);
};

/** Runs of points without a gap between them. */
function runs(points, interval) {
    const found = [];
    for (const point of points) {
        const last = found.at(-1)?.at(-1);
        if (last && point.time - last.time <= interval * GAP) found.at(-1).push(point);
        else found.push([point]);
    }
    return found;
}

class Plot {
    constructor(name, height, lines) {
        this.height = height;
        this.paths = new Map(lines.map((line) => [line.key, { ...line, node: drawing('path', { class: `line ${line.key}` }) }]));
        this.area = drawing('path', { class: `area ${lines[0].key}` });
        this.cursor = drawing('line', { class: 'cursor', y1: 0, y2: height, x1: -9, x2: -9 });
        const grid = [0.5, height / 2, height - 0.5].map((y) => drawing('line', { class: 'grid', x1: 0, x2: WIDTH, y1: y, y2: y }));
        this.svg = drawing('svg', { class: `plot ${name}`, viewBox: `0 0 ${WIDTH} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
            ...grid, this.area, ...[...this.paths.values()].map(({ node }) => node), this.cursor);
        this.top = element('span', { class: 'plot-top' });
        this.node = element('div', { class: 'plot-frame' }, this.svg, this.top);
    }

    draw(points, interval, end, format) {
        const highest = nice(Math.max(0, ...points.flatMap((point) => [...this.paths.keys()].map((key) => point[key] ?? 0))));
        const x = (time) => (WIDTH * (1 - (end - time) / HOUR)).toFixed(1);
        const y = (value) => (this.height - 1 - (value / highest) * (this.height - 3)).toFixed(1);
        const parts = runs(points, interval);
        for (const { key, node } of this.paths.values()) {
            setAttribute(node, 'd', parts.map((run) => run.map((point, index) => `${index ? 'L' : 'M'}${x(point.time)} ${y(point[key] ?? 0)}`).join('')).join('') || 'M0 0');
        }
        const [first] = this.paths.keys();
        setAttribute(this.area, 'd', parts.map((run) => `M${x(run[0].time)} ${this.height}${run.map((point) => `L${x(point.time)} ${y(point[first] ?? 0)}`).join('')}L${x(run.at(-1).time)} ${this.height}Z`).join('') || 'M0 0');
        setText(this.top, points.length ? format(highest) : '');
    }

    mark(position) {
        for (const end of ['x1', 'x2']) setAttribute(this.cursor, end, position === null ? -9 : (position * WIDTH).toFixed(1));
    }
}

/** Both drawings of one lane, with a line that says what stands under the pointer. */
export class LaneChart {
    #points = [];
    /** Whether the history has come, empty or not. */
    #isRead = false;
    #end = now();
    #position = null;

    constructor(lane) {
        this.lane = lane;
        this.flow = new Plot('flow', 64, [{ key: 'came' }, { key: 'left' }]);
        this.backlog = new Plot('backlog', 36, [{ key: 'waiting' }]);
        this.reading = element('p', { class: 'reading' });
        this.frame = element('div', { class: 'chart', role: 'img', tabindex: '0' }, this.flow.node, this.backlog.node);
        this.node = element('div', { class: 'chart-box' }, this.reading, this.frame,
            element('div', { class: 'axis', 'aria-hidden': 'true' }, element('span', {}, '60 min ago'), element('span', {}, '30 min'), element('span', {}, 'now')));
        this.#describe();
        this.#show(null);
        this.frame.addEventListener('pointermove', (event) => {
            const box = this.frame.getBoundingClientRect();
            this.#show(Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)));
        });
        this.frame.addEventListener('pointerleave', () => this.#show(null));
        this.frame.addEventListener('blur', () => this.#show(null));
        this.frame.addEventListener('keydown', (event) => {
            const step = { ArrowLeft: -1 / 60, ArrowRight: 1 / 60 }[event.key];
            if (!step) return;
            event.preventDefault();
            this.#show(Math.max(0, Math.min(1, (this.#position ?? 1) + step)));
        });
    }

    draw(history) {
        const interval = history.interval_ms;
        this.#isRead = true;
        this.#points = history.samples.filter((sample) => sample.lanes[this.lane]).map((sample) => {
            const lane = sample.lanes[this.lane];
            return { time: sample.time_ms, came: (lane.came * 1_000) / interval, left: (lane.left * 1_000) / interval, waiting: lane.undelivered, pending: lane.pending };
        });
        this.#end = Math.max(now(), this.#points.at(-1)?.time ?? 0);
        this.#points = this.#points.filter((point) => point.time >= this.#end - HOUR);
        this.flow.draw(this.#points, interval, this.#end, perSecond);
        this.backlog.draw(this.#points, interval, this.#end, compact);
        this.#describe();
        this.#show(this.#position);
    }

    #describe() {
        if (this.#points.length === 0) {
            setAttribute(this.frame, 'aria-label', `${this.lane}: nothing is known of the last hour`);
            return;
        }
        const highest = (key) => Math.max(...this.#points.map((point) => point[key]));
        setAttribute(this.frame, 'aria-label', `${this.lane}, the last hour: at most ${perSecond(highest('came'))} came, ${perSecond(highest('left'))} left, ${count(highest('waiting'))} waited. Arrow keys read single moments.`);
    }

    #show(position) {
        this.#position = position;
        this.flow.mark(position);
        this.backlog.mark(position);
        const moving = position !== null && document.activeElement === this.frame;
        setAttribute(this.reading, 'aria-live', moving ? 'polite' : 'off');
        if (this.#points.length === 0) {
            setText(this.reading, this.#isRead ? 'No history yet: it grows by a point each 10 s' : 'The last hour is being read');
            return;
        }
        if (position === null) {
            const sum = (key) => this.#points.reduce((total, point) => total + point[key], 0) / this.#points.length;
            setText(this.reading, `On average ${perSecond(sum('came'))} came, ${perSecond(sum('left'))} left`);
            return;
        }
        const time = this.#end - HOUR * (1 - position);
        const point = this.#points.reduce((best, each) => (Math.abs(each.time - time) < Math.abs(best.time - time) ? each : best));
        setText(this.reading, `${clock(point.time)}  ${perSecond(point.came)} came, ${perSecond(point.left)} left, ${compact(point.waiting)} wait`);
    }
}

/** The cost of each of the last 30 days as bars. */
export class DayBars {
    constructor() {
        this.bars = drawing('g');
        this.node = drawing('svg', { class: 'bars', viewBox: '0 0 300 48', preserveAspectRatio: 'none', role: 'img' }, this.bars);
    }

    draw(days, format) {
        const oldestFirst = [...days].reverse();
        const highest = Math.max(0, ...days.map((day) => day.dollars));
        const step = 300 / Math.max(1, oldestFirst.length);
        while (this.bars.childElementCount > oldestFirst.length) this.bars.lastChild.remove();
        oldestFirst.forEach((day, index) => {
            const bar = this.bars.children[index] ?? this.bars.appendChild(drawing('rect', {}, drawing('title')));
            const height = highest > 0 ? Math.max(day.dollars > 0 ? 1.5 : 0.75, (day.dollars / highest) * 47) : 0.75;
            for (const [name, value] of Object.entries({ x: index * step + 1, y: 48 - height, width: step - 2, height, class: index === oldestFirst.length - 1 ? 'today' : 'day' })) setAttribute(bar, name, typeof value === 'number' ? value.toFixed(2) : value);
            setText(bar.firstChild, `${day.day}: ${format(day.dollars)}`);
        });
        setAttribute(this.node, 'aria-label', `Cost of the last ${days.length} days, at most ${format(highest)} a day`);
    }
}
