// Workers: what they hold, how fast they are, what holds them up.
import { byId, element, keyed, setAttribute, setText } from './dom.js';
import { bytes, compact, figure, microseconds, milliseconds, percent, perSecond, span } from './format.js';
import { LANES } from './lane-state.js';

const MEASURED_OVER = 10_000;
const CIRCUITS = { closed: ['closed', 'good'], half_open: ['half open', 'warning'], open: ['open', 'critical'] };

/** Jobs a second of each worker, from what it has finished at two moments. */
class Rates {
    #seen = new Map();

    of(worker, time) {
        const points = this.#seen.get(worker.id) ?? [];
        points.push({ time, finished: worker.finished });
        while (points.length > 2 && points[1].time <= time - MEASURED_OVER) points.shift();
        this.#seen.set(worker.id, points);
        const [first] = points;
        return time > first.time ? (1_000 * (worker.finished - first.finished)) / (time - first.time) : null;
    }

    keep(ids) {
        for (const id of this.#seen.keys()) if (!ids.has(id)) this.#seen.delete(id);
    }
}

const cell = (label, attributes = {}) => element('td', { role: 'cell', 'data-label': label, ...attributes });

function circuit(service) {
    return element('span', { class: 'circuit' }, element('span', { class: 'circuit-name' }, service), element('span', { class: 'tag' }));
}

function row() {
    const name = element('th', { scope: 'row', role: 'rowheader', class: 'worker-name' }, element('strong'), element('small'));
    const numbers = [...LANES, 'Finished', 'Jobs/s', 'Batch fill', 'Job p50', 'Job p99', 'Memory'].map((label) => cell(label, { class: 'number' }));
    const circuits = cell('Circuits', { class: 'circuits' });
    circuits.append(circuit('embedding'), circuit('store'));
    const problem = element('td', { role: 'cell', colspan: '12' }, element('p'), element('p'));
    return element('tbody', { role: 'rowgroup' },
        element('tr', { role: 'row' }, name, ...numbers, circuits),
        element('tr', { role: 'row', class: 'problem', hidden: true }, problem));
}

export class Workers {
    #rates = new Rates();

    update(stats, time) {
        const workers = stats.workers;
        this.#rates.keep(new Set(workers.map((worker) => worker.id)));
        byId('workers-table').hidden = workers.length === 0;
        byId('workers-empty').hidden = workers.length > 0;
        setText(byId('workers-empty'), 'No worker shows a sign of life. Start one: memoir worker');
        setText(byId('workers-note'), workers.length ? `${workers.length === 1 ? 'One lives' : `${workers.length} live`}; jobs in hand per lane` : '');
        keyed(byId('workers-table'), workers, (worker) => worker.id, row, (node, worker) => this.#row(node, worker, time));
    }

    #row(node, worker, time) {
        const [main, problem] = node.children;
        const [name, ...rest] = main.children;
        setText(name.firstChild, worker.id);
        const silent = time - worker.seen_at;
        setText(name.lastChild, silent > 10_000 ? `silent for ${span(silent)}` : `up ${span(time - worker.started_at)}`);
        const held = LANES.map((lane) => figure(worker[`in_flight:${lane}`]));
        const figures = [
            ...held.map(compact),
            compact(worker.finished),
            perSecond(this.#rates.of(worker, time)),
            percent(figure(worker.batch_fill_percent), 0),
            microseconds(figure(worker.latency_total_p50_us)),
            microseconds(figure(worker.latency_total_p99_us)),
            bytes(figure(worker.memory_bytes)),
        ];
        figures.forEach((text, index) => setText(rest[index], text));
        held.forEach((value, index) => setAttribute(rest[index], 'data-zero', !value));
        const circuits = rest.at(-1).children;
        ['embedding', 'store'].forEach((service, index) => {
            const [label, tone] = CIRCUITS[worker[`${service}_circuit`]] ?? ['unknown', 'calm'];
            setText(circuits[index].lastChild, label);
            setAttribute(circuits[index].lastChild, 'data-tone', tone);
        });
        const problems = [['embedding', worker.embedding_problem], ['store', worker.store_problem]];
        problem.hidden = !problems.some(([, text]) => text);
        problems.forEach(([service, text], index) => setText(problem.firstChild.children[index], text ? `${service}: ${text}` : ''));
    }
}

/** The worst of all workers; percentiles of several cannot be added up. */
const worst = (workers, name) => workers.map((worker) => figure(worker[name])).filter((value) => value !== null).reduce((most, value) => Math.max(most ?? 0, value), null);

const mean = (workers, name) => {
    const values = workers.map((worker) => figure(worker[name])).filter((value) => value !== null);
    return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
};

/** The tables of latency and batches. */
export function updateLatency(stats, facts) {
    const stages = [['queued', 'Waiting in the lane'], ['embedding', 'Embedding'], ['store', 'Qdrant'], ['total', 'In all']];
    keyed(byId('latency'), stages, ([stage]) => stage,
        ([, label]) => element('tr', {}, element('th', { scope: 'row' }, label), ...[0, 1, 2].map(() => element('td', { class: 'number' }))),
        (node, [stage]) => ['p50', 'p95', 'p99'].forEach((each, index) => setText(node.children[index + 1], microseconds(worst(stats.workers, `latency_${stage}_${each}_us`)))));
    const loop = worst(stats.workers, 'loop_delay_p99_us');
    facts(byId('batches'), [
        ['fill', percent(mean(stats.workers, 'batch_fill_percent'), 0), 'How full batches were of what one may hold'],
        ['inputs', compact(round(mean(stats.workers, 'batch_inputs_mean'))), 'Texts of one call'],
        ['tokens', compact(round(mean(stats.workers, 'batch_tokens_mean'))), 'Tokens of one call'],
        ['Qdrant p99', microseconds(worst(stats.workers, 'store_p99_us')), 'Of single calls'],
        ['loop p99', loop === null ? '–' : milliseconds(loop / 1_000), 'How late the event loop of the busiest worker was'],
        ['reconnects', compact(stats.workers.reduce((sum, worker) => sum + (figure(worker.redis_reconnects) ?? 0), 0)), 'Connections to Redis that were made anew'],
    ]);
}

const round = (value) => (value === null ? null : Math.round(value));
