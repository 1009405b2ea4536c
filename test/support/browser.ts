// SPDX-License-Identifier: AGPL-3.0-or-later
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// A browser without script: finds fields by label and buttons by name, keeps the cookie, follows redirects.
import { parseHTML } from 'linkedom'
import { send, type Sent } from './http.ts'

type Answers = Map<string, string[]>
type Asked = Omit<Sent, 'headers'> & { headers?: Record<string, string> }
type Fields = Record<string, string | string[]>
type FileAnswer = { name: string; type: string; bytes: Buffer }

export type Browser = {
  readonly url: string
  readonly status: number
  /** The page is the answer to a form itself, so that a reload would send the form again. */
  readonly isSent: boolean
  readonly html: string
  readonly headers: Headers
  readonly document: Document
  readonly text: string
  readonly title: string
  readonly heading: string
  /** Text of each faulty field's error, by label. */
  errors(): Record<string, string>
  get(path: string, headers?: Record<string, string>): Promise<Browser>
  post(path: string, fields: Fields, headers?: Record<string, string>): Promise<Browser>
  /** Asks for no page where it is redirected to: for a test that goes elsewhere at once. */
  postOnly(path: string, fields: Fields): Promise<Browser>
  /** The last form, sent once more as it was: a second press, or a reload. */
  again(): Promise<Browser>
  fill(label: string, value: string): Browser
  /** Radio button, check box or option, by its label (and the legend of its group). */
  choose(label: string, group?: string): Browser
  uncheck(label: string): Browser
  attach(label: string, file: FileAnswer): Browser
  value(label: string): string
  /** Follows redirects. @param within text of the form. */
  press(name: string, within?: string): Promise<Browser>
  follow(link: string): Promise<Browser>
  hasButton(name: string): boolean
  hasLink(name: string): boolean
  cookie: string
}

/** Linkedom leaves the references inside a textarea as they are written. */
export const decoded = (text: string) =>
  text
    .replaceAll(/&#(?:x([0-9a-f]+)|(\d+));/gi, (_all, hex?: string, dec?: string) =>
      String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(dec)),
    )
    .replaceAll(/&(lt|gt|quot|amp);/g, (_all, name: string) => ({ lt: '<', gt: '>', quot: '"', amp: '&' })[name] ?? '')

/** A hyphen that does not end a line is read as any other. */
const fold = (text: string | null | undefined) =>
  (text ?? '')
    .replaceAll(/[\s\u00a0\u202f]+/g, ' ')
    .replaceAll('\u2011', '-')
    .trim()

const [ELEMENT, TEXT] = [1, 3]

/** Blocks without white space between them are still separate words to a reader. */
function shownText(node: Node | null): string {
  let text = ''
  for (const child of node?.childNodes ?? []) {
    if (child.nodeType === TEXT) text += child.textContent
    else if (child.nodeType === ELEMENT && !/^(?:script|style)$/i.test(child.nodeName))
      text += shownText(child) + (child.nodeName === 'WBR' ? '' : ' ')
  }
  return text
}

/** Of an instance in this process: the addresses that it keeps, and how it forgets what it has kept. */
export type KeptPages = { paths: RegExp; forget(): void }

/** Public pages are kept: after whatever a test did, one has to be as it is when it is made at that moment. */
async function expectAsMadeAnew(kept: KeptPages, url: URL, headers: Headers, html: string, isAgain = false) {
  if (!kept.paths.test(url.pathname)) return
  // A program is not counted as a visitor.
  headers.set('user-agent', 'bot')
  const get = async () => (await send(url, { headers })).text
  kept.forget()
  const anew = await get()
  if (anew === html) return
  // Something may have happened between the two.
  if (!isAgain) return expectAsMadeAnew(kept, url, headers, await get(), true)
  throw new Error(`${url.pathname}${url.search} is kept as it was before: ${firstDifference(html, anew)}`)
}

function firstDifference(kept: string, anew: string): string {
  let at = 0
  while (kept[at] === anew[at]) at++
  return `« ${kept.slice(at - 40, at + 60)} » instead of « ${anew.slice(at - 40, at + 60)} »`
}

/**
 * @param origin where the instance listens. @param publicUrl its configured address.
 * @param kept lets each public page be compared with one that is made at that moment.
 */
export function createBrowser(origin: string, publicUrl = origin, language = 'fr', kept?: KeptPages): Browser {
  let page = {
    url: origin,
    status: 0,
    isSent: false,
    html: '',
    headers: new Headers(),
    document: parseHTML('<html></html>').document,
  }
  let typed = new Map<Element, Answers>()
  let files = new Map<Element, Map<string, FileAnswer>>()
  /** Of the page that is shown, by the id of their field. */
  let labels: Map<string, Element> | undefined
  const labelTexts = new WeakMap<Element, string>()
  let cookie = ''

  let lastForm: [path: string, sent: Asked] | undefined
  const request = async (path: string, sent: Asked = {}, mostHops = 6): Promise<void> => {
    if (sent.method === 'POST') lastForm = [path, sent]
    const url = new URL(path.startsWith(publicUrl) ? path.slice(publicUrl.length) || '/' : path, origin)
    const headers = new Headers({
      'accept-language': language,
      accept: 'text/html',
      // Compressing takes longer than most pages.
      'accept-encoding': 'identity',
      ...sent.headers,
    })
    if (cookie) headers.set('cookie', cookie)
    const answer = await send(url, { ...sent, headers })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      cookie = /expires=Thu, 01 Jan 1970/i.test(line) || pair.endsWith('=') ? '' : pair
    }
    const to = answer.headers.get('location')
    const isRedirect = to !== null && answer.status >= 300 && answer.status < 400
    if (isRedirect && mostHops > 0) return request(new URL(to, url).toString(), {}, mostHops - 1)
    const html = answer.text
    if (kept && !cookie && !sent.method && answer.status === 200) await expectAsMadeAnew(kept, url, headers, html)
    let document: typeof page.document | undefined
    const seen = <T>(value: T): T => {
      if (isRedirect) throw new Error(`nobody has asked for ${to}`)
      return value
    }
    page = {
      get url() {
        return seen(url.pathname + url.search)
      },
      status: answer.status,
      isSent: sent.method === 'POST',
      get html() {
        return seen(html)
      },
      headers: answer.headers,
      // Many pages are only passed through: reading them costs more than their answer did.
      get document() {
        return (document ??= parseHTML(seen(html) || '<html></html>').document)
      },
    }
    typed = new Map()
    files = new Map()
    labels = undefined
  }

  const controls = () => [...page.document.querySelectorAll('input, select, textarea')] as HTMLInputElement[]
  const labelOf = (control: Element): string => {
    const known = labelTexts.get(control)
    if (known !== undefined) return known
    labels ??= new Map([...page.document.querySelectorAll('label[for]')].map((one) => [one.getAttribute('for')!, one]))
    const text = fold((labels.get(control.id) ?? control.closest('label'))?.textContent)
    labelTexts.set(control, text)
    return text
  }
  const legendOf = (control: Element) => fold(control.closest('fieldset')?.querySelector('legend')?.textContent)
  const matches = (control: Element, label: string) => {
    const own = labelOf(control)
    return own === label || own.startsWith(`${label} (`) || own.startsWith(`${label} `)
  }
  const find = (label: string, group?: string): HTMLInputElement => {
    const inGroup = controls().filter((one) => one.type !== 'hidden' && (!group || legendOf(one).startsWith(group)))
    const exact = inGroup.filter((one) => labelOf(one) === label)
    const all = exact.length > 0 ? exact : inGroup.filter((one) => matches(one, label))
    if (!all[0])
      throw new Error(
        `no field is labelled « ${label} » on ${page.url}; there are: ${inGroup.map(labelOf).join(' | ')}`,
      )
    return all[0]
  }
  const formOf = (control: Element): HTMLFormElement => {
    const id = control.getAttribute('form')
    const form = id ? page.document.getElementById(id) : control.closest('form')
    if (!form) throw new Error('this field is in no form')
    return form as HTMLFormElement
  }
  const answersOf = (form: Element): Answers => {
    const known = typed.get(form)
    if (known) return known
    const answers: Answers = new Map()
    for (const control of controls().filter((one) => formOf1(one) === form && one.name)) {
      if (['checkbox', 'radio'].includes(control.type)) {
        if (control.hasAttribute('checked'))
          answers.set(control.name, [...(answers.get(control.name) ?? []), control.getAttribute('value') ?? 'on'])
      } else if (control.tagName === 'SELECT') {
        const options = [...control.querySelectorAll('option')]
        const chosen = options.find((one) => one.hasAttribute('selected')) ?? options[0]
        answers.set(control.name, [chosen?.getAttribute('value') ?? fold(chosen?.textContent)])
      } else if (control.type !== 'file') {
        answers.set(control.name, [
          control.tagName === 'TEXTAREA' ? decoded(control.textContent ?? '') : (control.getAttribute('value') ?? ''),
        ])
      }
    }
    typed.set(form, answers)
    return answers
  }
  const formOf1 = (control: Element) => {
    try {
      return formOf(control)
    } catch {
      return undefined
    }
  }
  const buttons = () => [...page.document.querySelectorAll('button, input[type=submit]')]

  const submit = async (form: HTMLFormElement, button?: Element) => {
    const answers = new Map(answersOf(form))
    const name = button?.getAttribute('name')
    if (name) answers.set(name, [button!.getAttribute('value') ?? ''])
    const action = button?.getAttribute('formaction') ?? form.getAttribute('action') ?? page.url
    const pairs = [...answers].flatMap(([key, values]) => values.map((value) => [key, value] as [string, string]))
    if ((form.getAttribute('method') ?? 'get').toLowerCase() === 'get') {
      const url = new URL(action, origin)
      url.search = new URLSearchParams(pairs).toString()
      return request(url.toString())
    }
    const headers = { origin: publicUrl, 'sec-fetch-site': 'same-origin' }
    const url = new URL(action || page.url, new URL(page.url, origin)).toString()
    if (form.getAttribute('enctype') === 'multipart/form-data') {
      const body = new FormData()
      for (const [key, value] of pairs) body.append(key, value)
      for (const control of controls().filter((one) => formOf1(one) === form && one.type === 'file')) {
        const file = files.get(form)?.get(control.name)
        body.append(
          control.name,
          file ? new File([new Uint8Array(file.bytes)], file.name, { type: file.type }) : new File([], ''),
        )
      }
      return request(url, { method: 'POST', body, headers })
    }
    return request(url, { method: 'POST', body: new URLSearchParams(pairs), headers })
  }

  const post = (path: string, fields: Fields, headers: Record<string, string>, mostHops?: number) => {
    const pairs = Object.entries(fields).flatMap(([key, value]) =>
      [value].flat().map((one) => [key, one] as [string, string]),
    )
    const own = { origin: publicUrl, 'sec-fetch-site': 'same-origin', ...headers }
    return request(path, { method: 'POST', body: new URLSearchParams(pairs), headers: own }, mostHops)
  }

  const browser: Browser = {
    get url() {
      return page.url
    },
    get status() {
      return page.status
    },
    get isSent() {
      return page.isSent
    },
    get html() {
      return page.html
    },
    get headers() {
      return page.headers
    },
    get document() {
      return page.document as unknown as Document
    },
    get text() {
      return fold(shownText(page.document.querySelector('body'))).replaceAll(/ ([.,;:)])/g, '$1')
    },
    get title() {
      return fold(page.document.querySelector('title')?.textContent)
    },
    get heading() {
      return fold(page.document.querySelector('h1')?.textContent)
    },
    get cookie() {
      return cookie
    },
    set cookie(value) {
      cookie = value
    },
    errors() {
      const faulty = [...page.document.querySelectorAll('.field--error')]
      return Object.fromEntries(
        faulty.map((field) => [
          fold(field.querySelector('label, legend')?.textContent),
          fold(field.querySelector('.error')?.textContent).replace(/^(Erreur|Error) ?: ?/, ''),
        ]),
      )
    },
    async get(path, headers = {}) {
      await request(path, { headers })
      return browser
    },
    async post(path, fields, headers = {}) {
      await post(path, fields, headers)
      return browser
    },
    async again() {
      if (!lastForm) throw new Error('no form was sent')
      await request(...lastForm)
      return browser
    },
    async postOnly(path, fields) {
      await post(path, fields, {}, 0)
      return browser
    },
    fill(label, value) {
      const control = find(label)
      let answer = value
      if (control.tagName === 'SELECT') {
        const option = [...control.querySelectorAll('option')].find(
          (one) => fold(one.textContent) === value || one.getAttribute('value') === value,
        )
        if (!option) throw new Error(`« ${label} » has no choice « ${value} »`)
        answer = option.getAttribute('value') ?? value
      }
      answersOf(formOf(control)).set(control.name, [answer])
      return browser
    },
    choose(label, group) {
      const control = find(label, group)
      const answers = answersOf(formOf(control))
      const value = control.getAttribute('value') ?? 'on'
      if (control.type === 'checkbox')
        answers.set(control.name, [...new Set([...(answers.get(control.name) ?? []), value])])
      else answers.set(control.name, [value])
      return browser
    },
    uncheck(label) {
      const control = find(label)
      const answers = answersOf(formOf(control))
      const value = control.getAttribute('value') ?? 'on'
      answers.set(
        control.name,
        (answers.get(control.name) ?? []).filter((one) => one !== value),
      )
      return browser
    },
    attach(label, file) {
      const control = find(label)
      const form = formOf(control)
      files.set(form, (files.get(form) ?? new Map<string, FileAnswer>()).set(control.name, file))
      return browser
    },
    value(label) {
      const control = find(label)
      return answersOf(formOf(control)).get(control.name)?.[0] ?? ''
    },
    async press(name, within) {
      const all = buttons().filter((one) => fold(one.textContent) === name || fold(one.getAttribute('value')) === name)
      const fits = (one: Element) =>
        !within ||
        fold(one.closest('form')?.textContent).includes(within) ||
        fold(one.closest('li, tr, article, section')?.textContent).includes(within)
      const button = all.find(fits)
      if (!button)
        throw new Error(
          `no button « ${name} » on ${page.url}; there are: ${buttons()
            .map((one) => fold(one.textContent))
            .join(' | ')}`,
        )
      await submit(formOf(button), button)
      return browser
    },
    async follow(name) {
      const links = [...page.document.querySelectorAll('a[href]')]
      const link =
        links.find((one) => fold(one.textContent) === name) ?? links.find((one) => fold(one.textContent).includes(name))
      if (!link) throw new Error(`no link « ${name} » on ${page.url}`)
      await request(new URL(link.getAttribute('href')!, new URL(page.url, origin)).toString())
      return browser
    },
    hasButton: (name) => buttons().some((one) => fold(one.textContent) === name),
    hasLink: (name) =>
      [...page.document.querySelectorAll('a[href]')].some((one) => fold(one.textContent).includes(name)),
  }
  return browser
}
