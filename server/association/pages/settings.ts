// SPDX-License-Identifier: AGPL-3.0-or-later
import type { AssociationRow } from '../../../db/queries/association.ts'
import type { Country, Gazetteer, Place } from '../../../db/reference/places.ts'
import type { Deps } from '../../deps.ts'
import { emptyForm, type Form, type FormValues } from '../../web/forms.ts'
import { LOCALES, type Translator } from '../../text/i18n.ts'
import { settingsValues } from '../forms.ts'
import { SCHEMES, schemes } from '../legal-identifiers.ts'
import { THEMES, CURRENCIES, isCentre, KINDS, PUBLICATION_DAYS, TIME_ZONES } from '../rules.ts'
import { describeTerritory, readTerritory } from '../territory.ts'
import { AS_TYPED, suggestTowns } from '../town.ts'

export type SettingsPage = {
  form?: Form | undefined
  logoForm?: Form | undefined
  /** Another person saved other settings meanwhile. */
  stale?: boolean
  /** The folded part that a link leads to. */
  part?: string
}

/** The folded parts of the page, with their fields. The other fields are open: the first that a new site needs. */
const FOLDED = {
  more: ['mission_en', 'mission_fr', 'sectors', 'street', 'postal_code', 'website', 'kind'],
  answers: ['director_name', 'privacy_name', 'privacy_title', 'privacy_contact', 'host_name', 'host_address'],
  numbers: schemes.map((scheme) => SCHEMES[scheme].field),
  habits: ['publication_days', 'member_days', 'guardian_age', 'welcome'],
  languages: ['locales', 'locale', 'currency', 'time_zone'],
  look: ['theme'],
  logo: ['logo', 'logo_alt'],
} as const satisfies Record<string, readonly string[]>

/** @param row its version goes into the form, so that sending it again replaces the other person's changes. */
export function settingsPage(deps: Deps, t: Translator, row: AssociationRow, page: SettingsPage) {
  const saved = settingsValues(row)
  const values: FormValues = { ...(page.form?.values ?? saved), version: String(row.version) }
  const form: Form = { values, errors: page.form ? spelledOut(deps, page.form) : {} }
  const country = (values['country'] === 'CA' ? 'CA' : 'FR') satisfies Country
  const different = page.stale ? namesThatDiffer(saved, values) : []
  const toSee = new Set([...different, ...Object.keys({ ...form.errors, ...page.logoForm?.errors })])
  const isOpen = ([part, names]: [string, readonly string[]]) =>
    part === page.part || names.some((one) => toSee.has(one))
  return {
    title: t('association.settings.title'),
    form,
    logoForm: page.logoForm ?? emptyForm({ logo_alt: row.logo_alt }),
    logo: row.logo_id && { url: `/media/${row.logo_id}`, alt: row.logo_alt },
    differences: differences(t, saved, different),
    isEnglishFirst: row.locale === 'en',
    unfolded: Object.fromEntries(Object.entries(FOLDED).map((entry) => [entry[0], isOpen(entry)])),
    address: `@${row.handle}@${new URL(deps.config.publicUrl).host}`,
    host: new URL(deps.config.publicUrl).host,
    isCentre: hasTerritory(row, values),
    options: { ...options(t, row, country), sectors: sectorOptions(deps, t) },
    towns: form.errors['place'] ? townOptions(deps.places, t, String(values['place'] ?? ''), country) : [],
    identifiers: identifierFields(t, country, values),
    territory: territoryOptions(deps.places, t, row.territory, values),
    days: PUBLICATION_DAYS,
  }
}

function hasTerritory(row: AssociationRow, values: FormValues): boolean {
  const kind = KINDS.find((one) => one === values['kind']) ?? row.kind
  return isCentre(kind) || Boolean(values['territory_more'])
}

function spelledOut(deps: Deps, { errors, values }: Form) {
  if (!errors['territory_more']) return errors
  const country = values['country'] === 'CA' ? 'CA' : 'FR'
  const { unknown } = readTerritory(deps.places, country, String(values['territory_more'] ?? ''))
  const params = { names: unknown.join(', ') }
  return { ...errors, territory_more: { key: errors['territory_more'], params } } as unknown as Form['errors']
}

function options(t: Translator, row: AssociationRow, country: Country) {
  const zones = TIME_ZONES.map(({ zone, key }) => ({ value: zone as string, label: t.code('association.zone', key) }))
  const other = zones.some(({ value }) => value === row.time_zone)
    ? []
    : [{ value: row.time_zone, label: row.time_zone }]
  const near = country === 'CA' ? /^America\/(Toronto|Halifax)/ : /^Europe/
  const [first, rest] = [zones.filter((one) => near.test(one.value)), zones.filter((one) => !near.test(one.value))]
  return {
    kinds: KINDS.map((value) => ({
      value,
      label: t.code('association.kind', value),
      hint: t.code('association.kind_hint', value),
    })),
    countries: ['FR', 'CA'].map((value) => ({ value, label: t.code('association.country', value.toLowerCase()) })),
    locales: LOCALES.map((value) => ({ value, label: t.code('association.locale', value.toLowerCase()) })),
    currencies: CURRENCIES.map((value) => ({ value, label: t.code('association.currency', value.toLowerCase()) })),
    zones: [...other, ...first, ...rest],
    themes: THEMES.map((value) => ({ value, label: t.code('association.theme', value), swatch: value })),
  }
}

function sectorOptions({ taxonomies }: Deps, t: Translator) {
  return taxonomies.list('cause').map(({ code }) => ({ value: code, label: taxonomies.label('cause', code, t.locale) }))
}

function townOptions(places: Gazetteer, t: Translator, typed: string, country: Country) {
  const label = ({ name, departmentName, mrc, regionName, postalCodes }: Place) =>
    t('association.settings.town', {
      name,
      area: departmentName ?? mrc ?? regionName,
      code: postalCodes[0] ?? '',
    }).replace(/,? \)$/, ')')
  const towns = suggestTowns(places, { place: typed, country }).map((town) => ({
    value: town.code,
    label: label(town),
  }))
  return [...towns, { value: AS_TYPED, label: t('association.settings.town_as_typed', { name: typed }) }]
}

function identifierFields(t: Translator, country: Country, values: FormValues) {
  return schemes
    .map((scheme) => SCHEMES[scheme])
    .filter((rule) => rule.country === country || values[rule.field])
    .map(({ field }) => ({
      name: field,
      label: t.code('association.field', field),
      hint: t.code('association.hint', field),
    }))
}

function territoryOptions(places: Gazetteer, t: Translator, saved: readonly string[], values: FormValues) {
  const typed = values['territory']
  const codes = [...new Set([...saved, ...(Array.isArray(typed) ? typed : typed ? [typed] : [])])]
  return describeTerritory(places, codes).map(({ code, name, kind }) => ({
    value: code,
    label: name,
    hint: t.code('association.territory', kind),
  }))
}

const asText = (value: FormValues[string] | undefined) => [value ?? ''].flat().join(', ')

/** A text that was not sent was not in the form; of a list, nothing may be ticked. */
const wasAsked = (saved: FormValues, typed: FormValues, name: string) =>
  typed[name] !== undefined || Array.isArray(saved[name])

const namesThatDiffer = (saved: FormValues, typed: FormValues): string[] =>
  Object.keys(saved).filter(
    (name) => name !== 'version' && wasAsked(saved, typed, name) && asText(saved[name]) !== asText(typed[name]),
  )

/** For each field that was typed differently, the saved value. */
function differences(t: Translator, saved: FormValues, names: readonly string[]) {
  return names.map((name) => ({
    cells: [
      { text: t.code('association.field', name) },
      { text: asText(saved[name]) || t('association.settings.nothing') },
    ],
  }))
}
