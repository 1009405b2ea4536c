// SPDX-License-Identifier: AGPL-3.0-or-later
// Puts what somebody typed back into a form of a page that is already written out.
import { createRequire } from 'node:module'
import { once } from '../base/once.ts'
import { escape } from '../text/view-values.ts'
import type { FormValues } from './forms.ts'

type Library = typeof import('htmlparser2')

/** Loaded with the first form that comes back. */
const load = once(() => createRequire(import.meta.url)('htmlparser2') as Library)

type Attributes = Record<string, string>
type Edit = { from: number; to: number; text: string }
export type Refilled = {
  html: string
  /** How many fields the form has that people fill in; 0 when the page has no such form. */
  fields: number
  /** Texts for which the form has no field. */
  left: string[]
}

/** The form that a page is there for; the language buttons send it along. */
export const MAIN_FORM = '#main-form'
const NOT_TYPED = ['hidden', 'password', 'file', 'submit', 'button', 'image', 'reset']

/**
 * Fills in the first form of the page that is sent there, by itself or by a button. Passwords and hidden fields stay as the page has them.
 * @param action a path, whose query is not compared; or MAIN_FORM. @param values as `typedValues` gives them. @returns
 * the page itself when it has no such form.
 */
export function refill(html: string, action: string, values: FormValues): Refilled {
  const isForm = (form: Attributes) =>
    action === MAIN_FORM ? `#${form['id']}` === MAIN_FORM : pathIn(form['action']) === pathIn(action)
  return fill(html, isForm, values)
}

const pathIn = (address: string | undefined) => (address ?? '').split('?')[0]

function fill(html: string, isForm: (form: Attributes) => boolean, values: FormValues): Refilled {
  const typed = new Typed(values)
  const edits: Edit[] = []
  const form = findForm(html, isForm)
  let forms = 0
  let isInside = false
  let select = ''
  let textFrom = -1
  let fields = 0
  const isOwn = (attributes: Attributes) => (attributes['form'] ? attributes['form'] === form?.id : isInside)
  const parser = new (load().Parser)(
    {
      onopentag(tag, attributes) {
        if (tag === 'form') isInside = forms++ === form?.rank
        if (!form || !isOwn(attributes)) return
        const place = { from: parser.startIndex, to: parser.endIndex + 1 }
        const name = attributes['name'] ?? ''
        if (['input', 'textarea', 'select'].includes(tag) && !NOT_TYPED.includes(attributes['type'] ?? '')) fields++
        if (tag === 'input') edits.push({ ...place, text: written(tag, inputAs(typed, attributes)) })
        if (tag === 'select') select = name
        if (tag === 'option' && select)
          edits.push({ ...place, text: written(tag, chosen(attributes, 'selected', typed, select)) })
        if (tag === 'textarea') textFrom = typed.has(name) ? place.to : -1
        if (tag === 'textarea' && textFrom >= 0)
          edits.push({ from: textFrom, to: textFrom, text: textOf(typed.next(name)) })
      },
      onclosetag(tag) {
        if (tag === 'form') isInside = false
        if (tag === 'select') select = ''
        if (tag !== 'textarea' || textFrom < 0) return
        edits.push({ from: textFrom, to: parser.startIndex, text: '' })
        textFrom = -1
      },
    },
    { decodeEntities: true },
  )
  parser.end(html)
  return { html: applied(html, edits), fields, left: typed.left() }
}

type Found = { rank: number; id: string }

/** Its fields, and the button that sends it elsewhere, may stand before it on the page. */
function findForm(html: string, isForm: (form: Attributes) => boolean): Found | undefined {
  const forms: Found[] = []
  let found: Found | undefined
  let sentBy = ''
  const onopentag = (tag: string, attributes: Attributes) => {
    if (tag === 'form') forms.push({ rank: forms.length, id: attributes['id'] ?? '' })
    if (tag === 'form' && isForm(attributes)) found ??= forms.at(-1)
    const { form = forms.at(-1)?.id ?? '', formaction } = attributes
    if (tag === 'button' && formaction !== undefined && isForm({ action: formaction })) sentBy ||= form
  }
  new (load().Parser)({ onopentag }, { decodeEntities: true }).end(html)
  return found ?? forms.find(({ id }) => id !== '' && id === sentBy)
}

/** What was typed, and which of it the form has shown. */
class Typed {
  readonly #values = new Map<string, { all: string[]; shown: Set<number> }>()

  constructor(values: FormValues) {
    for (const [name, value] of Object.entries(values))
      this.#values.set(name, { all: [value].flat(), shown: new Set() })
  }
  has(name: string): boolean {
    return this.#values.has(name)
  }
  /** The values of fields with the same name, one after the other. */
  next(name: string): string {
    const { all = [], shown } = this.#values.get(name) ?? {}
    const at = all.findIndex((_value, rank) => !shown!.has(rank))
    shown?.add(at)
    return all[at] ?? ''
  }
  includes(name: string, value: string): boolean {
    const { all = [], shown } = this.#values.get(name) ?? {}
    all.forEach((one, rank) => one === value && shown!.add(rank))
    return all.includes(value)
  }
  isOver(name: string): void {
    const known = this.#values.get(name)
    known?.all.forEach((_value, rank) => known.shown.add(rank))
  }
  /** Codes and numbers of rows, which tell people nothing, are no text: they have no space. */
  left(): string[] {
    const hidden = [...this.#values.values()].flatMap(({ all, shown }) => all.filter((_one, rank) => !shown.has(rank)))
    return hidden.filter((text) => /\S\s+\S/.test(text))
  }
}

function inputAs(typed: Typed, attributes: Attributes): Attributes {
  const { type = 'text', name = '', value = 'on' } = attributes
  if (NOT_TYPED.includes(type)) {
    typed.isOver(name)
    return attributes
  }
  if (type === 'checkbox' || type === 'radio') return chosen({ ...attributes, value }, 'checked', typed, name)
  return typed.has(name) ? { ...attributes, value: typed.next(name) } : attributes
}

/** A box that is not among what was sent was not ticked. */
function chosen(attributes: Attributes, mark: 'checked' | 'selected', typed: Typed, name: string): Attributes {
  // Of a select nothing is sent only when the form that was sent had none of that name.
  if (mark === 'selected' && !typed.has(name)) return attributes
  const { [mark]: _before, ...rest } = attributes
  return typed.includes(name, attributes['value'] ?? '') ? { ...rest, [mark]: '' } : rest
}

const written = (tag: string, attributes: Attributes) =>
  `<${[tag, ...Object.entries(attributes).map(([name, value]) => `${name}="${escape(value)}"`)].join(' ')}>`

// Browsers drop the first line end of a textarea.
const textOf = (text: string) => (/^[\r\n]/.test(text) ? '\n' : '') + escape(text)

function applied(html: string, edits: readonly Edit[]): string {
  let result = ''
  let at = 0
  for (const { from, to, text } of edits) {
    result += html.slice(at, from) + text
    at = to
  }
  return result + html.slice(at)
}
