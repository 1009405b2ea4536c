// SPDX-License-Identifier: AGPL-3.0-or-later
// Every field of every form that is neither a textarea nor a password keeps its text on one line, whatever is sent.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { z } from 'zod'
import { loadTaxonomies } from '../../db/reference/taxonomies.ts'
import { FIELDS } from '../../server/model/offer/fields.ts'

const SERVER = join(import.meta.dirname, '../../server')
const taxonomies = loadTaxonomies()
const BREAKS = ['\n', '\r\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029', '\t']

function shapesOf(schema: unknown): [string, z.ZodType][] {
  if (schema instanceof z.ZodObject) return Object.entries(schema.shape as Record<string, z.ZodType>)
  if (schema instanceof z.ZodPipe) return [...shapesOf(schema.in), ...shapesOf(schema.out)]
  if (schema instanceof z.ZodDiscriminatedUnion) return schema.options.flatMap(shapesOf)
  return []
}

async function listFields() {
  const files = readdirSync(SERVER, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(^|\/)forms\.ts$/.test(file),
  )
  const found: { file: string; name: string; schema: z.ZodType }[] = []
  for (const file of files.filter((one) => !one.startsWith('web/'))) {
    const exported = Object.values((await import(join(SERVER, file))) as Record<string, unknown>)
    for (const one of exported) {
      const made = typeof one === 'function' && one.length === 1 ? tryWith(one as (list: unknown) => unknown) : one
      for (const [name, schema] of shapesOf(made)) found.push({ file, name, schema })
    }
  }
  return found
}

/** A form that asks for the lists is a function of them; other functions are no forms. */
function tryWith(make: (list: unknown) => unknown): unknown {
  try {
    return make(taxonomies)
  } catch {
    return undefined
  }
}

const VIEWS = join(import.meta.dirname, '../../views')
const NAMED = /\{\{> (?:textarea|field(?=[^}]*type="password"))[^}]*? name="(\w+)"/g

const isFree = (() => {
  const templates = readdirSync(VIEWS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.hbs'))
  const names = templates.flatMap((file) =>
    [...readFileSync(join(VIEWS, file), 'utf8').matchAll(NAMED)].map(([, name]) => name!),
  )
  const offer = Object.entries(FIELDS).filter(
    ([name, { kind }]) => name !== 'title' && ['texts', 'lists'].includes(kind),
  )
  const known = new Set([...names, ...offer.flatMap(([name]) => [`${name}_fr`, `${name}_en`])])
  return (name: string) => known.has(name) || name.startsWith('answer_') || name.startsWith('comment_')
})()

it('web L11: a field of one line takes no line break', async () => {
  const fields = await listFields()
  expect(fields.length).toBeGreaterThan(90)
  const broken = fields.flatMap(({ file, name, schema }) => {
    if (isFree(name)) return []
    return BREAKS.flatMap((sign) => {
      const read = schema.safeParse(`Aa bb${sign}=1+1`)
      const isBroken = read.success && typeof read.data === 'string' && /[\t\n\v\f\r\u0085\u2028\u2029]/.test(read.data)
      return isBroken ? [`${file}: ${name}`] : []
    })
  })
  expect([...new Set(broken)]).toEqual([])
})

it('web M2: no name of a person carries a link', async () => {
  const names = (await listFields()).filter(({ name }) => name === 'given_name' || name === 'family_name')
  expect(names.length).toBeGreaterThanOrEqual(8)
  for (const typed of ['Gagnez 500 EUR sur http://evil.example/x', 'HTTPS://evil', 'voyez WWW.evil.example'])
    expect(names.map(({ schema }) => schema.safeParse(typed).success)).toEqual(names.map(() => false))
  expect(names.map(({ schema }) => schema.safeParse('Anne-Marie d’Hébert / Roy').success)).toEqual(
    names.map(() => true),
  )
})
