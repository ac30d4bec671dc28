// The page: joins the live figures to what shows them. It talks to the worker that gave it out, and to nobody else.
import { ApiError, read } from './dashboard/api.js';
import { change, notice, tokenDialog } from './dashboard/dialogs.js';
import { byId, facts, setText } from './dashboard/dom.js';
import { clock, span } from './dashboard/format.js';
import { Lanes } from './dashboard/lanes.js';
import { Letters } from './dashboard/letters.js';
import { Live } from './dashboard/live.js';
import { Search } from './dashboard/search.js';
import { learn } from './dashboard/server-time.js';
import { Spending } from './dashboard/spending.js';
import { Verdict } from './dashboard/verdict.js';
import { updateLatency, Workers } from './dashboard/workers.js';

const HISTORY_EVERY = 10_000;

// Figures come each second.
const LATE = 3_000;

let figures = null;
let figuresCame = 0;
let history = { interval_ms: HISTORY_EVERY, samples: [] };
let historyRead = 0;
let version = null;

const lanes = new Lanes(toggle);
const workers = new Workers();
const spending = new Spending();
const letters = new Letters();
const search = new Search();
const verdict = new Verdict({
    resume: (lane) => toggle(lane, true),
    token: () => tokenDialog.ask('Reading needs it too: this worker listens beyond its own machine.'),
});
const live = new Live(onFigures, onState);

async function toggle(lane, isPaused) {
    const verb = isPaused ? 'resume' : 'pause';
    try {
        const answer = await change(`/api/lanes/${lane}/${verb}`, {}, `To ${verb} a lane`);
        if (!answer) return;
        notice(isPaused ? `The lane ${lane} runs again.` : `The lane ${lane} is paused. What workers hold of it is finished.`);
        if (figures) {
            for (const [name, each] of Object.entries(figures.stats.lanes)) each.paused_since = answer.body.paused[name] ?? null;
            show();
        }
    } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        notice(`The lane ${lane} was not ${verb}d: ${error.message}`, 'critical');
    }
}

function onFigures(next) {
    const isFirst = figures === null;
    figures = next;
    figuresCame = Date.now();
    learn(next.time_ms);
    if (version !== null && next.version !== version) notice(`The worker is of version ${next.version} now. Reload the page.`, 'warning');
    version = next.version;
    setText(byId('version'), version ?? '');
    show();
    if (isFirst || Date.now() - historyRead >= HISTORY_EVERY) readHistory();
}

function show() {
    const { stats, time_ms: time } = figures;
    lanes.update(stats, history.samples);
    workers.update(stats, time);
    updateLatency(stats, facts);
    spending.update(stats);
    letters.update(stats);
    search.update(stats);
    verdict.update(stats, history.samples, live.state);
}

async function readHistory() {
    historyRead = Date.now();
    try {
        history = await read('/api/history');
        lanes.draw(history);
    } catch (error) {
        // The stream says what is wrong; the next figures try again.
        if (!(error instanceof ApiError)) throw error;
    }
}

let lastKind = null;

function onState(state) {
    if (state.kind === 'live' && lastKind !== 'live') {
        // At the beginning both are being read already.
        if (lastKind !== null) {
            historyRead = 0;
            letters.load();
        }
    }
    lastKind = state.kind;
    document.body.dataset.live = state.kind;
    tell();
    verdict.update(figures?.stats ?? null, history.samples, state);
}

/** How fresh the figures are, plainly. */
function tell() {
    const { kind, since, retryAt } = live.state;
    byId('live').dataset.state = kind;
    const wait = Math.max(0, Math.ceil(((retryAt ?? 0) - Date.now()) / 1_000));
    const age = Date.now() - figuresCame;
    const texts = {
        connecting: 'Connecting…',
        live: age < LATE ? `Live ${clock(figures.time_ms)}` : `Figures of ${span(age)} ago`,
        lost: `Not live since ${clock(since)} (${span(Date.now() - since)})${retryAt === undefined ? '' : wait ? `, next try in ${wait} s` : ', trying'}`,
        locked: 'Needs a token',
    };
    setText(byId('live-text'), texts[kind]);
}

setInterval(tell, 1_000);
letters.load();
live.start();
