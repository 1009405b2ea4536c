// SPDX-License-Identifier: AGPL-3.0-or-later
// Fields that the form handles by their kind alone, as in model/offer/fields.ts.
import { z } from 'zod'
import type { ListName, Taxonomies } from '../../db/reference/taxonomies.ts'
import type { OfferContent } from '../model/offer/content.ts'
import { fieldOf, SIMPLE_NAMES, type Field, type NameOf, type SimpleName } from '../model/offer/fields.ts'
import type { MessageKey } from '../text/message-keys.ts'
import { code, codes, codeWhere, optionalDay, optionalInteger, optionalLines, tick } from '../web/fields.ts'
import type { FormValues } from '../web/forms.ts'

export const LANGUAGES = ['fr', 'en'] as const
type Language = (typeof LANGUAGES)[number]
type TextName = SimpleName & NameOf<'texts'>

/** Messages of fields for which « unclear » and « too long » are not enough. */
const WRONG: Partial<Record<SimpleName, MessageKey>> = {
  summary: 'offers.error.summary_long',
  skills: 'offers.error.skills_many',
  work_languages: 'offers.error.work_languages_many',
  sessions_expected: 'offers.error.sessions',
  min_months: 'offers.error.months',
  min_age: 'offers.error.min_age',
  max_age: 'offers.error.min_age',
}

export type SimpleAnswers = { [K in TextName as `${K}_${Language}`]: string } & {
  [K in Exclude<SimpleName, TextName>]: OfferContent[K]
}
type Schemas<T> = { [K in keyof T]: z.ZodType<T[K]> }

export function simpleFields(taxonomies: Taxonomies): Schemas<SimpleAnswers> {
  const schemas = SIMPLE_NAMES.flatMap((name) => {
    const schema = schemaOf(taxonomies, fieldOf(name), WRONG[name])
    return formNames(name).map((one) => [one, schema])
  })
  return Object.fromEntries(schemas) as Schemas<SimpleAnswers>
}

export function formNames(name: SimpleName): string[] {
  return fieldOf(name).kind === 'texts' ? LANGUAGES.map((language) => `${name}_${language}`) : [name]
}

function schemaOf(taxonomies: Taxonomies, field: Field, wrong: MessageKey = 'error.field.unclear'): z.ZodType {
  switch (field.kind) {
    case 'texts':
    case 'words':
      // Titles and labels have fields of their own; these are textareas.
      return optionalLines(field.longest, wrong === 'error.field.unclear' ? 'error.field.too_long' : wrong)
    case 'number':
      return optionalInteger(field.least, field.most, wrong)
    case 'day':
      return optionalDay('offers.error.day')
    case 'flag':
      return tick
    case 'choice':
      return code(field.of, wrong).default(field.unsaid)
    case 'code': {
      const isKnown = (value: string) => taxonomies.has(field.of as ListName, value)
      if (field.unsaid) return codeWhere(isKnown, wrong).default(field.unsaid)
      const maybe = codeWhere((value) => value === '' || isKnown(value), wrong).default('')
      return maybe.transform((value) => value || field.unsaid)
    }
    case 'codes':
      return codes((value) => taxonomies.has(field.of as ListName, value), wrong, 0, field.most)
    default:
      throw new Error(`the form has no way of its own to ask for ${field.kind}: model/offer/fields.ts must say so`)
  }
}

export function simpleContent(answers: SimpleAnswers): Pick<OfferContent, SimpleName> {
  const said = (name: string) => answers[name as keyof SimpleAnswers]
  const text = (name: string) => said(name) as string
  const values = SIMPLE_NAMES.map((name) => [name, isText(name) ? textsOf(name, text) : said(name)])
  return Object.fromEntries(values) as Pick<OfferContent, SimpleName>
}

/** Languages without a text are left out. */
export function textsOf<T extends string | string[]>(name: string, said: (name: string) => T): { [L in Language]?: T } {
  const texts = LANGUAGES.map((language) => [language, said(`${name}_${language}`)] as const)
  return Object.fromEntries(texts.filter(([, text]) => text.length > 0)) as { [L in Language]?: T }
}

export function simpleValues(content: OfferContent): FormValues {
  const values: FormValues = {}
  for (const name of SIMPLE_NAMES) {
    const value = content[name]
    if (isText(name)) for (const language of LANGUAGES) values[`${name}_${language}`] = content[name][language] ?? ''
    else if (Array.isArray(value)) values[name] = value
    else values[name] = typeof value === 'boolean' ? (value ? 'on' : '') : String(value ?? '')
  }
  return values
}

const isText = (name: SimpleName): name is TextName => fieldOf(name).kind === 'texts'

/** The list of codes for a field of the form: `cause` also for `cause_2`, the second cause. */
export function listBehind(formName: string): ListName | undefined {
  const field: Field | undefined = ASKED_ALONE[formName.replace(/_\d$/, '')] ?? fields[formName]
  if (field?.kind === 'choice') return formName as ListName
  return field?.kind === 'code' || field?.kind === 'codes' ? (field.of as ListName) : undefined
}

const fields: Record<string, Field> = Object.fromEntries(SIMPLE_NAMES.map((name) => [name, fieldOf(name)]))
const ASKED_ALONE: Record<string, Field> = { cause: fieldOf('causes'), activity: fieldOf('activities') }
