// The rows of a page of dead letters.
import { byId, element, keyed, setAttribute, setText } from './dom.js';
import { count, moment } from './format.js';

const cell = (label, attributes = {}, ...children) => element('td', { role: 'cell', 'data-label': label, ...attributes }, ...children);

export class LetterRows {
    /** @param actions `{select(letter, isSelected), inspect(letter)}` */
    constructor(actions) {
        this.actions = actions;
        this.body = byId('letters-rows');
    }

    show(letters) {
        keyed(this.body, letters, ({ letter }) => letter, (each) => this.#make(each), (node, each) => this.#update(node, each));
    }

    mark(selected) {
        for (const node of this.body.children) {
            const isSelected = selected.has(node.memoirKey);
            node.firstChild.firstChild.checked = isSelected;
            setAttribute(node, 'aria-selected', isSelected ? 'true' : null);
        }
    }

    #make({ letter, id }) {
        const name = id ?? letter;
        const check = element('input', { type: 'checkbox', 'aria-label': `Select the letter of job ${name}`, onchange: (event) => this.actions.select(letter, event.target.checked) });
        const inspect = element('button', { type: 'button', class: 'quiet', 'aria-label': `Inspect the letter of job ${name}`, onclick: () => this.actions.inspect(letter) }, 'Inspect');
        return element('tr', { role: 'row' },
            cell('', { class: 'check' }, check),
            cell('Buried', { class: 'when' }),
            element('th', { role: 'rowheader', scope: 'row', class: 'job' }),
            cell('Type', { class: 'short' }), cell('Collection', { class: 'short' }), cell('Lane', { class: 'short' }),
            cell('', { class: 'reason' }, element('div', { class: 'clamp' }, element('span', { class: 'tag', 'data-tone': 'warning' }), ' ', element('span', { class: 'message' }))),
            cell('Tries', { class: 'number' }),
            cell('', { class: 'inspect' }, inspect));
    }

    #update(node, { buried_at: buried, id, type, collection, lane, code, message, attempts }) {
        const [, when, ...cells] = node.children;
        setText(when, moment(buried));
        [id, type, collection, lane].forEach((text, index) => {
            setText(cells[index], text ?? '–');
            setAttribute(cells[index], 'title', text);
        });
        const [reason, tries] = cells.slice(4);
        setText(reason.firstChild.firstElementChild, code ?? 'unknown');
        setText(reason.firstChild.lastElementChild, message ?? '');
        setAttribute(reason, 'title', message);
        setText(tries, count(attempts));
    }
}
