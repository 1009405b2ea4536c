// SPDX-License-Identifier: AGPL-3.0-or-later
import { describe, expect, it } from '@jest/globals'
import { iconNames } from '../../server/text/icons.ts'
import { findKeys, linearText, readTemplates, type Template } from '../support/templates.ts'
import { misplacedKeys, placeholders, readSources, readTexts } from '../support/texts.ts'

const templates = readTemplates()
const fr = readTexts('fr')
const en = readTexts('en')
const frCA = readTexts('fr-CA')

/** As "file: fault". */
function faults(rule: (template: Template) => Iterable<string>, among = templates): string[] {
  return among.flatMap((template) => [...rule(template)].map((what) => `${template.name}: ${what}`))
}

const isMail = (name: string) => name.startsWith('mail/') || /^(?:layouts\/mail|partials\/mail-)/.test(name)
const pages = templates.filter(({ isText }) => !isText)

/** Shows the frame that it gives the code of. */
const FRAMED = 'search/embed-settings'

describe('every template', () => {
  it('shows no text that is not a key', () => {
    expect(faults(({ words }) => words)).toEqual([])
  })

  it('names things for screen readers with keys too', () => {
    expect(
      faults(({ attributes }) =>
        attributes
          .filter(
            ({ name, value }) =>
              /^(?:aria-label|aria-description|title|alt|placeholder|data-say)$/.test(name) && /\p{L}/u.test(value),
          )
          .map(({ name, value }) => `${name}="${value}"`),
      ),
    ).toEqual([])
  })

  it('escapes every value; only a layout takes a page as it is', () => {
    expect(
      faults(({ name, raw }) => (name.startsWith('layouts/') ? raw.filter((path) => path !== 'body') : raw)),
    ).toEqual([])
  })

  it('leaves fields to the partials', () => {
    expect(
      faults(
        ({ tags }) => tags.filter((tag) => /^(?:input|select|textarea)$/.test(tag)),
        pages.filter(({ name }) => !name.startsWith('partials/')),
      ),
    ).toEqual([])
  })

  it('puts the token in every form that changes something, and shows our own errors', () => {
    expect(
      faults(({ text }) =>
        [...text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].flatMap(([, opening = '', inside = '']) => {
          if (!/method="post"/i.test(opening)) return []
          const missing = []
          if (!inside.includes(linearText.partial('csrf'))) missing.push('a post form without {{> csrf}}')
          if (!/\bnovalidate\b/.test(opening)) missing.push('a post form without novalidate')
          return missing
        }),
      ),
    ).toEqual([])
  })

  it('lets nothing be typed into an address, but words about public offers', () => {
    const isTypedInto = /⟪(?:field|textarea|hours-fields)⟫/
    expect(
      faults(({ text }) =>
        [...text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)]
          .filter(([, opening = '', inside = '']) => !/method="post"/i.test(opening) && isTypedInto.test(inside))
          .filter(([, opening = '']) => !/action="\/(?:offers|work\/embed)"/.test(opening))
          .map(([, opening = '']) => opening.trim()),
      ),
    ).toEqual([])
  })

  it('holds no style, no script and no handler of its own', () => {
    expect(
      faults(({ name, tags, attributes, text }) => [
        ...attributes.filter((it) => it.name === 'style' && !isMail(name)).map((it) => `style="${it.value}"`),
        ...attributes.filter((it) => it.name.startsWith('on')).map((it) => it.name),
        ...tags.filter((tag) => tag === 'style' || (tag === 'iframe' && name !== FRAMED)),
        ...(/<script\b(?![^>]*\bsrc=)/.test(text) ? ['a script inside the page'] : []),
      ]),
    ).toEqual([])
  })

  it('reaches for no other host', () => {
    expect(
      faults(({ attributes }) =>
        attributes
          .filter(({ name, value }) => !name.startsWith('xmlns') && /^\s*(?:https?:)?\/\//i.test(value))
          .map(({ name, value }) => `${name}="${value}"`),
      ),
    ).toEqual([])
  })

  it('uses only partials and icons that exist', () => {
    const known = new Set(templates.filter(({ name }) => name.startsWith('partials/')).map(({ name }) => name.slice(9)))
    expect(faults(({ partials }) => partials.filter((name) => !known.has(name)))).toEqual([])
    expect(faults(({ icons }) => icons.filter((name) => !iconNames.includes(name)))).toEqual([])
  })

  it('uses only keys that exist', () => {
    const all = Object.keys(fr)
    const exists = (key: string) =>
      key.endsWith('.') ? all.some((known) => known.startsWith(key)) : Object.hasOwn(fr, key)
    expect(faults((template) => findKeys(template).filter((key) => !exists(key)))).toEqual([])
  })
})

describe('the texts', () => {
  it('exist in French and in English alike', () => {
    const [french, english] = [Object.keys(fr), Object.keys(en)]
    const add = (language: string, key: string) => `views/locales/${language}/${key.split('.')[0]}.json: add ${key}`
    expect([
      ...french.filter((key) => !Object.hasOwn(en, key)).map((key) => add('en', key)),
      ...english.filter((key) => !Object.hasOwn(fr, key)).map((key) => add('fr', key)),
    ]).toEqual([])
  })

  it('of Québec have only what differs', () => {
    expect(Object.entries(frCA).filter(([key, text]) => fr[key] === undefined || fr[key] === text)).toEqual([])
  })

  it('keep the same placeholders in every language', () => {
    const different = [en, frCA].flatMap((other) =>
      Object.entries(other)
        .filter(([key, text]) => placeholders(text) !== placeholders(fr[key] ?? ''))
        // « une personne » may leave out the count that « 1 person » contains.
        .filter(([key]) => !key.endsWith('.one'))
        .map(([key]) => key),
    )
    expect(different).toEqual([])
  })

  it('are never empty and never hold a tag', () => {
    const all = [...Object.entries(fr), ...Object.entries(en), ...Object.entries(frCA)]
    expect(all.filter(([, text]) => typeof text !== 'string' || text.trim() === '' || /<[a-z/]/i.test(text))).toEqual(
      [],
    )
  })

  it('have both forms of every plural', () => {
    const lonely = Object.keys(fr)
      .filter((key) => /\.(?:one|other)$/.test(key))
      .filter(
        (key) => !Object.hasOwn(fr, key.endsWith('.one') ? key.replace(/one$/, 'other') : key.replace(/other$/, 'one')),
      )
    expect(lonely).toEqual([])
  })

  it('lie sorted in the file of their domain', () => {
    expect(misplacedKeys()).toEqual([])
  })

  it('are all used somewhere', () => {
    const named = new Set(readSources().match(/[a-z][a-z0-9]*(?:\.[a-z0-9_-]+)+\.?/g))
    // A key is used whole, or by a beginning of two words or more that the code completes ("offers.state." + state).
    const isUsed = (key: string) => {
      const parts = key.split('.')
      const starts = parts.map((_, at) => parts.slice(0, at + 1).join('.')).slice(1)
      return starts.some((start) => named.has(start) || named.has(`${start}.`))
    }
    const unused = Object.keys(fr).filter((key) => !isUsed(key) && !key.startsWith('mail.'))
    expect(unused.map((key) => `views/locales/{fr,en}/${key.split('.')[0]}.json: no code uses ${key}`)).toEqual([])
  })
})
