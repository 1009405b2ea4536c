// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { NO_LIMIT } from '../model/offer/member-limit.ts'
import { isShortNumber, isTelephone } from '../model/telephone.ts'
import { code, codes, codeWhere, email, optionalLines, optionalText, text } from '../web/fields.ts'
import type { FormValues } from '../web/forms.ts'
import { LOCALES, type Locale } from '../text/i18n.ts'
import type { MessageKey } from '../text/message-keys.ts'
import type { AssociationRow } from '../../db/queries/association.ts'
import { WELCOME } from '../applications/rules.ts'
import { readIdentifier, SCHEMES, schemes, type Identifier, type Scheme } from './legal-identifiers.ts'
import {
  THEMES,
  CURRENCIES,
  GUARDIAN_AGE,
  isTimeZone,
  KINDS,
  MISSION_LENGTH,
  MOST_TERRITORIES,
  PUBLICATION_DAYS,
  readPostalCode,
  readWebsite,
} from './rules.ts'

function optional(max: number, read: (typed: string) => string | undefined, wrong: MessageKey) {
  return optionalText(max).transform((typed, context) => {
    const value = typed === '' ? '' : read(typed)
    if (value === undefined) context.addIssue({ code: 'custom', message: wrong })
    return value ?? z.NEVER
  })
}

const identifier = (scheme: Scheme) =>
  optional(
    40,
    (typed) => {
      const read = readIdentifier(scheme, typed)
      return read.ok ? read.value : undefined
    },
    SCHEMES[scheme].wrong,
  )
const aPhone = (typed: string) => (isShortNumber(typed) || isTelephone(typed) ? typed : undefined)
const anEmail = (typed: string) => (email('error.field.email').safeParse(typed).success ? typed : undefined)
const days = (typed: unknown) => Number.parseInt(String(Array.isArray(typed) ? typed[0] : typed).trim() || '30', 10)
const { least, most } = PUBLICATION_DAYS
const POSTAL = 'association.error.postal_code' satisfies MessageKey

/** What an association is about. */
const MOST_SECTORS = 3

export const settingsForm = z
  .object({
    kind: code(KINDS, 'association.error.kind'),
    name: text(120, 'association.error.name').pipe(z.string().min(2, 'association.error.name')),
    mission_fr: optionalLines(MISSION_LENGTH, 'association.error.mission'),
    mission_en: optionalLines(MISSION_LENGTH, 'association.error.mission'),
    /** Known ones only: the command looks at them. */
    sectors: codes((one) => one.length <= 40, 'association.error.sectors', 0, MOST_SECTORS),
    street: optionalText(200),
    postal_code: optional(10, (typed) => readPostalCode(typed, 'FR') ?? readPostalCode(typed, 'CA'), POSTAL),
    place: text(120, 'association.error.place_missing'),
    place_choice: optionalText(20),
    country: code(['FR', 'CA'], 'association.error.country'),
    contact_name: optionalText(120),
    contact_phone: optional(40, aPhone, 'association.error.phone'),
    contact_hours: optionalText(120),
    contact_email: optional(254, anEmail, 'error.field.email'),
    website: optional(300, readWebsite, 'association.error.website'),
    locales: codes((one) => LOCALES.some((locale) => locale === one), 'association.error.locales', 1).transform(
      (all) => all as Locale[],
    ),
    locale: code(LOCALES as [Locale, ...Locale[]], 'association.error.locale'),
    currency: code(CURRENCIES, 'association.error.currency'),
    time_zone: codeWhere(isTimeZone, 'association.error.time_zone'),
    rna: identifier('FR-RNA'),
    siren: identifier('FR-SIREN'),
    siret: identifier('FR-SIRET'),
    neq: identifier('CA-QC-NEQ'),
    bn: identifier('CA-BN-RR'),
    director_name: optionalText(120),
    privacy_name: optionalText(120),
    privacy_title: optionalText(120),
    privacy_contact: optionalText(254),
    host_name: optionalText(120),
    host_address: optionalLines(400),
    theme: code(THEMES, 'association.error.theme'),
    publication_days: z.preprocess(
      days,
      z
        .number('association.error.days')
        .int('association.error.days')
        .min(least, 'association.error.days')
        .max(most, 'association.error.days'),
    ),
    member_days: z.preprocess(
      // Empty, as in the form of an association: no limit.
      (typed) => Number(String([typed].flat()[0] ?? '').trim() || NO_LIMIT),
      z
        .number('association.error.days')
        .int('association.error.days')
        .min(least, 'association.error.days')
        .max(most, 'association.error.days'),
    ),
    guardian_age: z.preprocess(
      // Empty, as before the field was there: the usual age.
      (typed) => Number(String([typed].flat()[0] ?? '').trim() || GUARDIAN_AGE.usual),
      z
        .number('association.error.guardian_age')
        .int('association.error.guardian_age')
        .min(0, 'association.error.guardian_age')
        .max(GUARDIAN_AGE.most, 'association.error.guardian_age'),
    ),
    welcome: optionalLines(4000).transform((typed, context) => {
      const items = [...new Set(typed.split('\n').map((line) => line.replace(/^[-–•*\s]+/, '').trim()))].filter(Boolean)
      const isFine = items.length <= WELCOME.most && items.every((item) => item.length <= WELCOME.longest)
      if (!isFine) context.addIssue({ code: 'custom', message: 'association.error.welcome' })
      return items.join('\n')
    }),
    territory: codes(() => true, 'association.error.territory_list', 0, MOST_TERRITORIES),
    territory_more: optionalLines(4000),
    version: z.preprocess((typed) => Number(typed) || 0, z.number()),
  })
  .superRefine(({ postal_code, country }, context) => {
    const fits = postal_code === '' || readPostalCode(postal_code, country) !== undefined
    if (!fits) context.addIssue({ code: 'custom', path: ['postal_code'], message: POSTAL })
  })

export type SettingsInput = z.output<typeof settingsForm>

export const logoForm = z.object({ logo_alt: text(200, 'association.error.logo_alt') })

/** Only those that were filled in, in the order of `schemes`. */
export function identifiersOf(input: Pick<SettingsInput, 'rna' | 'siren' | 'siret' | 'neq' | 'bn'>): Identifier[] {
  const values = input as Record<string, string>
  return schemes.flatMap((scheme) => {
    const value = values[SCHEMES[scheme].field]
    return value ? [{ scheme, value }] : []
  })
}

export function settingsValues(row: AssociationRow): FormValues {
  const numbers = Object.fromEntries(
    schemes.map((scheme) => [
      SCHEMES[scheme].field,
      row.legal_identifiers.find((one) => one.scheme === scheme)?.value ?? '',
    ]),
  )
  return {
    kind: row.kind,
    name: row.name,
    mission_fr: row.mission.fr ?? '',
    mission_en: row.mission.en ?? '',
    sectors: row.sectors,
    street: row.street,
    postal_code: row.postal_code,
    place: row.place_name,
    country: row.country,
    contact_name: row.contact_name,
    contact_phone: row.contact_phone,
    contact_hours: row.contact_hours,
    contact_email: row.contact_email,
    website: row.website,
    locales: row.locales,
    locale: row.locale,
    currency: row.currency,
    time_zone: row.time_zone,
    ...numbers,
    director_name: row.director_name,
    privacy_name: row.privacy_name,
    privacy_title: row.privacy_title,
    privacy_contact: row.privacy_contact,
    host_name: row.host_name,
    host_address: row.host_address,
    theme: row.theme || 'bleu',
    publication_days: String(row.publication_days),
    member_days: String(row.member_days),
    guardian_age: String(row.guardian_age),
    welcome: row.welcome,
    territory: row.territory,
    territory_more: '',
    version: String(row.version),
  }
}
