// SPDX-License-Identifier: AGPL-3.0-or-later
import type Handlebars from 'handlebars'
import { attribute, escape, html, spoken, viewData } from './view-values.ts'
import type { Options, ViewTranslator } from './view-values.ts'

type Fault = string | { key: string; params?: Record<string, unknown> }
type Form = { values?: Record<string, unknown>; errors?: Record<string, Fault | readonly Fault[]> } | null | undefined

export function registerFormHelpers(handlebars: typeof Handlebars): void {
  handlebars.registerHelper({ ...fields, ...faults })
  handlebars.registerHelper({ group: block(handlebars, 'group'), choice: block(handlebars, 'choice') })
}

const fields = {
  fieldId: (name: unknown, scope: unknown, ...rest: unknown[]) => fieldId(name, scope, rest.length > 1 ? rest[0] : 0),
  fieldValue: (form: Form, name: string, usual: unknown) => String(one(typed(form, name, usual)) ?? ''),
  /** Line ends become references, so that the indentation of templates does not get into what people typed. */
  typedText: (form: Form, name: string, usual: unknown) => {
    const text = escape(one(typed(form, name, usual)) ?? '').replace(/\r\n?|\n/g, '&#10;')
    // Browsers drop the first line end of a textarea.
    return html(text.startsWith('&#10;') ? `&#10;${text}` : text)
  },
  isChosen: (form: Form, name: string, value: unknown, usual: unknown) => chosenIn(form, name, usual)(value),
  /** Of a select that may have thousands, which a loop in a template takes ten times as long to write. */
  optionTags: (form: Form, name: string, options: readonly SelectOption[] | undefined, usual: unknown) =>
    html(optionTags(options ?? [], chosenIn(form, name, usual))),
  /** The options of a field with radio buttons or boxes, which a loop in a template takes ten times as long to write. */
  choiceTags: (form: Form, name: string, choices: readonly Choice[] | undefined, usual: unknown, options: Options) => {
    const isChosen = chosenIn(form, name, usual)
    const field = { ...(options.hash as ChoiceField), name }
    const { t } = viewData(options)
    return html((choices ?? []).map((one, at) => choiceTag(t, field, one, at, isChosen(one.value))).join('\n'))
  },
  /** ` name="value"`, or nothing without a value. */
  attr: (name: string, value: unknown) =>
    html(
      value === true
        ? ` ${name}`
        : attribute(name, value === undefined || value === null || value === false ? '' : String(value)),
    ),
  describedBy(id: string, hint: unknown, error: unknown) {
    return html(attribute('aria-describedby', [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ')))
  },
}

const faults = {
  hasFaults: (form: Form) => Object.keys(form?.errors ?? {}).length > 0,
  fieldError: (form: Form, name: string, ready: unknown, options: Options) => {
    const found = form?.errors && Object.hasOwn(form.errors, name) ? form.errors[name] : undefined
    return found ? sentence(found, options) : typeof ready === 'string' ? ready : ''
  },
  faultLines: (form: Form, scope: unknown, options: Options) =>
    Object.entries(form?.errors ?? {}).map(([name, fault]) => ({
      href: ['', '_', 'form'].includes(name) ? '' : `#${fieldId(name, scope, 0)}`,
      text: sentence(fault, options),
    })),
  /** The title of a page with an error says so (WCAG 2.2, technique G199). */
  pageHasFaults: (options: Options) =>
    Object.values(viewData(options)).some((value) => hasFaults(value) || (isObject(value) && hasFaults(value.form))),
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const hasFaults = (value: unknown) => isObject(value) && isObject(value.errors) && Object.keys(value.errors).length > 0

/** `f-email`, `f-slots-0-date`; the second and later options of a choice end in their rank. */
function fieldId(name: unknown, scope: unknown, rank: unknown): string {
  const base = `${typeof scope === 'string' && scope ? scope : 'f'}-${String(name)}`.replace(/[^A-Za-z0-9_-]+/g, '-')
  return rank ? `${base}-${String(rank)}` : base
}

/** Whether a value is chosen in the field of that name. */
function chosenIn(form: Form, name: string, usual: unknown): (value: unknown) => boolean {
  // An unticked box sends nothing, so when the form comes back, no value means unticked.
  const cameBack = Object.keys(form?.errors ?? {}).length > 0
  const chosen = typed(form, name, cameBack ? undefined : usual)
  if (Array.isArray(chosen)) return (value) => chosen.map(String).includes(String(value))
  if (chosen === true || chosen === 1) return (value) => ['on', 'true', '1'].includes(String(value))
  return (value) => chosen !== null && chosen !== undefined && String(chosen) === String(value)
}

/** With `options` a group of them, one level deep. */
type SelectOption = { value?: unknown; label: unknown; lang?: string; options?: readonly SelectOption[] }

function optionTags(options: readonly SelectOption[], isChosen: (value: unknown) => boolean): string {
  const one = ({ value, label, lang, options: inside }: SelectOption) =>
    inside
      ? `<optgroup label="${escape(label)}">${optionTags(inside, isChosen)}</optgroup>`
      : `<option value="${escape(value)}"${attribute('lang', lang ?? '')}${isChosen(value) ? ' selected' : ''}>${escape(label)}</option>`
  return options.map(one).join('\n')
}

/** `pattern` and `swatch`: what is drawn beside it. `count`: how many offers it would leave. */
type Choice = {
  value?: unknown
  label: unknown
  lang?: string
  hint?: unknown
  count?: number
  pattern?: string
  swatch?: string
}
type ChoiceField = { id?: string; scope?: string; isList?: boolean; isMultiple?: boolean; isRequired?: boolean }

function choiceTag(
  t: ViewTranslator,
  field: ChoiceField & { name: string },
  { value, label, lang, hint, count, pattern, swatch }: Choice,
  at: number,
  isChosen: boolean,
): string {
  const { id, scope, name, isList, isMultiple, isRequired } = field
  const ownId = id ? `${id}${at > 0 ? `-${at}` : ''}` : fieldId(name, scope, at)
  const input = `<input id="${escape(ownId)}" type="${isMultiple ? 'checkbox' : 'radio'}" name="${escape(name)}" value="${escape(value)}"${isChosen ? ' checked' : ''}${isRequired && !isMultiple ? ' required' : ''}>`
  const words = `<span${attribute('lang', lang ?? '')}>${escape(label)}${hint ? ` <small>${escape(hint)}</small>` : ''}</span>`
  const counted =
    typeof count === 'number'
      ? `<span class="vh">, </span><span class="count">${t.number(count)}</span><span class="vh"> ${escape(t.n('search.filter.counted', count))}</span>`
      : ''
  const drawn = `${pattern ? `<span class="f f-${escape(pattern)}"></span>` : ''}${swatch ? `<span class="swatch" data-theme="${escape(swatch)}"></span>` : ''}`
  return `<label${isList ? ' class="check"' : ''}>${input}${words} ${counted}${drawn}</label>`
}

function typed(form: Form, name: string, usual: unknown): unknown {
  const values = form?.values
  if (values && Object.hasOwn(values, name) && values[name] !== undefined) return values[name]
  return usual
}

/** Of a field sent twice, the first value counts (web/fields.ts). */
function one(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value
}

function sentence(fault: Fault | readonly Fault[], options: Options): string {
  const first = Array.isArray(fault) ? (fault[0] as Fault | undefined) : (fault as Fault)
  if (!first) return ''
  const { t } = viewData(options)
  return typeof first === 'string' ? t(first) : t(first.key, first.params)
}

/** Keeps the context of the page; in a partial block, a group's hint would become the hint of each field in it. */
function block(handlebars: typeof Handlebars, name: string): Handlebars.HelperDelegate {
  let compiled: Handlebars.TemplateDelegate | undefined
  return function (this: unknown, options: Options) {
    // A block with one helper call gives the SafeString of that helper.
    const body = String(options.fn(this)).trim()
    const label = spoken(options.hash['label'] ?? options.hash['legend'], options).text
    compiled ??= template(handlebars, name)
    return html(
      String(compiled({ ...options.hash, label, body: body && html(body) }, { data: options.data as object })),
    )
  }
}

function template(handlebars: typeof Handlebars, name: string): Handlebars.TemplateDelegate {
  const partial: unknown = handlebars.partials[name]
  if (typeof partial === 'function') return partial as Handlebars.TemplateDelegate
  return handlebars.compile(String(partial), { explicitPartialContext: true, preventIndent: true })
}
