// The stream of figures: reads it, notices when it has gone silent, and comes back by itself.
import { ApiError, openEvents } from './api.js';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
// Figures come each second.
const SILENCE = 10_000;

/** Yields each event of a stream as `{name, data}`. */
async function* events(stream) {
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    try {
        for (;;) {
            const { value, done } = await reader.read();
            if (done) return;
            rest += value.replaceAll('\r', '');
            const blocks = rest.split('\n\n');
            rest = blocks.pop();
            for (const block of blocks) yield parse(block);
        }
    } finally {
        reader.cancel().catch(() => {});
    }
}

function parse(block) {
    const event = { name: 'message', data: '' };
    for (const line of block.split('\n')) {
        if (line.startsWith('event:')) event.name = line.slice(6).trim();
        else if (line.startsWith('data:')) event.data += line.slice(5).trimStart();
    }
    return event;
}

/**
 * Keeps the page live. Tells `onFigures(figures)` and `onState({kind, since, retryAt, reason})`, where `kind` is
 * `connecting`, `live` (told once), `lost` (tried again by itself; `isAnswering` where the worker is there and cannot read
 * figures, `isToReload` where the page cannot show them) or `locked` (a token is needed to read).
 */
export class Live {
    #state = { kind: 'connecting', since: Date.now() };
    #failures = 0;
    #wake = () => {};

    constructor(onFigures, onState) {
        this.onFigures = onFigures;
        this.onState = onState;
    }

    get state() { return this.#state; }

    start() {
        addEventListener('online', () => this.#wake());
        document.addEventListener('visibilitychange', () => { if (!document.hidden) this.#wake(); });
        document.addEventListener('memoir-token', () => { if (this.#state.kind !== 'live') this.#wake(); });
        this.#run();
    }

    #become(kind, more = {}) {
        const since = this.#state.kind === kind ? this.#state.since : Date.now();
        const isKnown = kind === 'live' && this.#state.kind === kind;
        this.#state = { kind, since, ...more };
        if (!isKnown) this.onState(this.#state);
    }

    async #run() {
        for (;;) {
            let reason = 'the connection ended';
            let kind = 'lost';
            try {
                await this.#connect();
            } catch (error) {
                if (error instanceof ApiError) {
                    reason = error.message;
                    if (error.isAboutToken) kind = 'locked';
                } else {
                    reason = error.name === 'AbortError' ? 'no figures have come' : 'the worker does not answer';
                }
            }
            const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures) * (0.8 + 0.4 * Math.random());
            this.#failures += 1;
            this.#become(kind, { reason, retryAt: Date.now() + wait });
            await this.#pause(wait);
        }
    }

    async #connect() {
        const abort = new AbortController();
        let watchdog = setTimeout(() => abort.abort(), SILENCE);
        try {
            for await (const event of events(await openEvents(abort.signal))) {
                clearTimeout(watchdog);
                watchdog = setTimeout(() => abort.abort(), SILENCE);
                if (event.name !== 'figures' && event.name !== 'problem') continue;
                this.#failures = 0;
                this.#take(event);
            }
        } finally {
            clearTimeout(watchdog);
            abort.abort();
        }
    }

    #take({ name, data }) {
        try {
            const told = JSON.parse(data);
            if (name === 'problem') return this.#become('lost', { reason: told.error.message, isAnswering: true });
            this.onFigures(told);
            this.#become('live');
        } catch (error) {
            // Not the connection's fault, and nothing that coming back would mend.
            reportError(error);
            this.#become('lost', { reason: `the page cannot show what the worker sent (${error.message})`, isToReload: true });
        }
    }

    #pause(wait) {
        return new Promise((resume) => {
            const timer = setTimeout(resume, wait);
            this.#wake = () => { clearTimeout(timer); resume(); };
        });
    }
}
