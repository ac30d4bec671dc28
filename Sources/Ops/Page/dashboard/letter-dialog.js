// One dead letter, whole.
import { read } from './api.js';
import { byId, element, setText } from './dom.js';
import { moment } from './format.js';

const TIMES = new Set(['_first_failed_at', '_last_failed_at', 'run_at', 'deadline']);
const DOCUMENTS = new Set(['metadata', 'filters']);

/** Numbers as they are written: a letter is evidence. */
const written = (name, value, { source }) => (typeof value === 'number' ? JSON.rawJSON(source) : value);

/** A field's value; JSON with its lines broken, where the browser can do that without touching it. */
function shown(name, value) {
    if (DOCUMENTS.has(name)) {
        try { return JSON.stringify(JSON.parse(value, written), null, 2); } catch { return value; }
    }
    return TIMES.has(name) && Number(value) ? `${value}  (${moment(Number(value))})` : value;
}

export class LetterDialog {
    #letter = null;

    /** @param onAction called with `replay` or `purge` and the letter's id; answers whether it was done. */
    constructor(onAction) {
        this.dialog = byId('letter-dialog');
        byId('letter-close').addEventListener('click', () => this.dialog.close());
        for (const verb of ['replay', 'purge']) {
            byId(`letter-${verb}`).addEventListener('click', async () => { if (await onAction(verb, this.#letter)) this.dialog.close(); });
        }
        this.dialog.addEventListener('close', () => this.#leave());
    }

    /** The button that opened it may be gone with its letter. */
    #leave() {
        const focused = document.activeElement;
        if (focused === document.body || this.dialog.contains(focused)) byId('letters-frame').focus({ preventScroll: true });
    }

    async show(letter) {
        this.#letter = letter;
        const body = byId('letter-body');
        setText(byId('letter-title'), `Dead letter ${letter}`);
        body.replaceChildren(element('p', { class: 'empty' }, 'Loading…'));
        for (const verb of ['replay', 'purge']) byId(`letter-${verb}`).disabled = true;
        this.dialog.showModal();
        try {
            const whole = await read(`/api/dead/${encodeURIComponent(letter)}`);
            if (this.#letter !== letter) return;
            body.replaceChildren(...this.#parts(whole));
            byId('letter-replay').disabled = !whole.replayable;
            byId('letter-purge').disabled = false;
        } catch (error) {
            if (this.#letter === letter) body.replaceChildren(element('p', { class: 'form-error', role: 'alert' }, error.message));
        }
    }

    #parts({ fields, buried_at: buried, replayable }) {
        const names = Object.keys(fields);
        const list = (wanted) => element('dl', { class: 'fields' }, ...wanted.flatMap((name) => [element('dt', {}, name), element('dd', {}, element('pre', {}, shown(name, fields[name])))]));
        return [
            element('p', { class: 'letter-reason' }, element('span', { class: 'tag', 'data-tone': 'warning' }, fields._code ?? 'unknown'), ' ', fields._message ?? ''),
            element('p', { class: 'note' }, `Buried ${moment(buried)}.${replayable ? '' : ' It cannot be replayed: a part of the job is missing.'}`),
            element('h3', {}, 'The job as it came'),
            list(names.filter((name) => !name.startsWith('_'))),
            element('h3', {}, 'What became of it'),
            list(names.filter((name) => name.startsWith('_'))),
        ];
    }
}
