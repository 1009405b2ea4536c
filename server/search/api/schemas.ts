// SPDX-License-Identifier: AGPL-3.0-or-later
// The types of the code and the OpenAPI description are both made from these schemas.
import { z } from 'zod'
import type { ListName, Taxonomies } from '../../../db/reference/taxonomies.ts'
import { CODE_FILTERS, LANGUAGES, LARGEST_RADIUS, SORTS, USUAL_RADIUS, type Asked, type CodeFilter } from '../query.ts'

const text = z.string()
// Formats are named, not checked, because these schemas describe what we write ourselves.
const url = text.meta({ format: 'uri' })
const instant = text.meta({ format: 'date-time' })
const day = text.meta({ format: 'date' }).nullable()
const whole = z.number().meta({ type: 'integer' })
const minutes = z.number().min(0).meta({ type: 'integer' }).nullable()
const list = <T extends z.ZodType>(items: T) => z.array(items)
const languages = z.strictObject({ fr: text.optional(), en: text.optional() })
const other = z.object({ id: url, name: text, url })

export const problem = z.object({
  error: text,
  field: text.optional(),
  suggestions: list(z.object({ code: text, name: text })).optional(),
  reference: text.optional(),
})

export const association = z.object({
  id: url.describe('Address of its ActivityPub actor.'),
  name: text,
  url,
  summary: text,
  offers: whole.describe('How many of its offers are online here.'),
})
export type AssociationJson = z.infer<typeof association>

export const place = z.object({
  municipality_code: text.nullable().describe('FR-<INSEE code> or QC-<municipality code>.'),
  name: text,
  label: text,
  street: text.nullable(),
  postal_code: text.nullable(),
  department: text.nullable(),
  region: text.nullable(),
  country: text.meta({ examples: ['FR', 'CA'] }).nullable(),
  lat: z.number().nullable(),
  lon: z.number().nullable(),
  precision: z.enum(['exact', 'municipality']),
})
export type PlaceJson = z.infer<typeof place>

export function offer(taxonomies: Pick<Taxonomies, 'list'>) {
  const code = (from: ListName) => text.meta({ examples: taxonomies.list(from).map((term) => term.code) })
  return z.object({
    id: url.describe('Its ActivityPub address at home: the name under which it is known everywhere.'),
    url: url.describe('Its page at home.'),
    api_url: url,
    association: other.extend({ mission: text, sectors: list(code('cause')) }),
    title: languages,
    summary: languages,
    context: languages,
    tasks: z.object({ fr: list(text).optional(), en: list(text).optional() }),
    profile: languages,
    support: languages,
    practical: languages,
    language: list(z.enum(['fr', 'en'])),
    causes: list(code('cause')),
    activities: list(code('activity')),
    beneficiaries: list(code('beneficiary')),
    skills: list(code('skill')),
    skills_taught: z.boolean().describe('None of the skills is needed to begin.'),
    work_languages: list(code('work_language')).describe('What one speaks there, with people or in the team.'),
    requirements: list(code('requirement')),
    benefits: list(code('benefit')),
    commitment_type: code('commitment'),
    frequency: code('frequency').nullable(),
    minutes_per_session: minutes,
    sessions_expected: minutes,
    min_months: minutes.describe('The shortest time for which somebody is asked to stay.'),
    starts_on: day,
    ends_on: day,
    slots: list(text).describe('weekday-part of day, such as saturday-morning.'),
    work_mode: code('work_mode'),
    places: list(place),
    capacity: whole.nullable().describe('null: no limit.'),
    remaining: whole.nullable(),
    group_ok: z.boolean(),
    group_max: whole.nullable().describe('Most people of one group.'),
    for_two: z.boolean().describe('Two people may share the mission.'),
    no_waiting_list: z.boolean().describe('When it is full, nobody can wait for a place.'),
    min_age: whole.nullable(),
    max_age: whole.nullable(),
    accessible: z.enum(['yes', 'no', 'unknown']),
    adaptations: languages.describe('What is done so that somebody with a disability can take part.'),
    transit: z.boolean().describe('Public transport is near.'),
    transport_offered: z.boolean().describe('The association brings people there, or fetches them.'),
    compensation: code('compensation'),
    compensation_text: languages.describe('How much, for what.'),
    pictures: list(z.object({ url, width: whole, height: whole, alt: languages })).describe('At its home.'),
    linked: list(url).describe('Other offers of the same association that go together with it.'),
    sheet: z.object({ url, name: text, bytes: whole }).nullable().describe('A PDF to take along, at its home.'),
    contact_label: text.describe('Who welcomes people: a role or a first name, never an address.'),
    questions: z
      .object({ fr: list(text).optional(), en: list(text).optional() })
      .describe('What whoever applies is asked; replies stay at its home.'),
    replies_needed: z.boolean().describe('Nobody applies without a reply to each question.'),
    apply_mode: z.enum(['form', 'link']),
    apply_url: url,
    applications: z.enum(['open', 'full', 'closed']),
    applications_open: z.boolean(),
    revision: whole,
    publish_from: instant,
    publish_until: instant,
    published_at: instant,
    updated_at: instant,
    expires_at: instant.describe('After this instant the offer is no longer shown.'),
    approved_at: instant.describe('At a centre: when it approved this text.').optional(),
    also_approved_by: list(other)
      .describe(
        'At a centre: the other centres it came through, which approved it too; the nearest to its association first.',
      )
      .optional(),
  })
}
export type OfferJson = z.infer<ReturnType<typeof offer>>

export const mission = z.object({
  clientId: url.describe('The ActivityPub address of the offer at home; never another one.'),
  type: z.literal('benevolat'),
  title: text.describe('In French, or in English when there is no French.'),
  description: text.meta({ maxLength: 20_000 }),
  domain: text.describe('Of the first cause; `domain` of the hub, and `tags` has all causes.'),
  activities: list(text).describe('Codes of the hub.'),
  tags: list(text),
  tasks: list(text),
  audience: list(text).describe('Codes of the hub.'),
  requirements: list(text),
  softSkills: list(text),
  remote: z.enum(['no', 'possible', 'full']),
  schedule: text,
  startAt: text.meta({ format: 'date' }).optional(),
  endAt: text.meta({ format: 'date' }).optional(),
  places: whole.optional().describe('Left out when there is no limit.'),
  openToMinors: z.boolean().optional().describe('Left out when no age is said.'),
  reducedMobilityAccessible: z.boolean().optional().describe('Left out when it is not known.'),
  addresses: list(
    z.object({
      street: text.optional(),
      postalCode: text.optional(),
      city: text,
      departmentCode: text.optional(),
      departmentName: text.optional(),
      region: text.optional(),
      country: text.optional(),
      location: z.object({ lat: z.number(), lon: z.number() }).nullable(),
    }),
  ),
  applicationUrl: url,
  postedAt: instant,
  updatedAt: instant,
  organizationClientId: url,
  organizationName: text,
  organizationDescription: text,
  organizationUrl: url,
  organizationRNA: text.optional(),
  organizationSiren: text.optional(),
  organizationSiret: text.optional(),
  metadata: text.describe('JSON: the fields of `Offer` that are its text, for another site of this software.'),
})
export type MissionJson = z.infer<typeof mission>
export const missions = z.object({
  next: url.nullable().describe('The page behind this one.'),
  data: list(mission),
})

export const missionsQuery = z.object({
  after: z.number().min(0).meta({ type: 'integer' }).describe('As `next` has it.'),
  limit: z.number().min(1).meta({ type: 'integer', default: 200 }).describe('1000 at most.'),
})

export function query({ list: codes }: Pick<Taxonomies, 'list'>) {
  const filter = (name: CodeFilter) => list(z.enum(codes(CODE_FILTERS[name]).map(({ code }) => code)))
  return z.object({
    q: text.describe('Words; accents, hyphens and capitals do not matter, the last word may be begun.'),
    place: text.describe(
      'Town: name, postal code or municipality code; several separated by a semicolon. Offers done from home are left out: mode=remote has them.',
    ),
    radius: z
      .number()
      .min(1)
      .max(LARGEST_RADIUS)
      .meta({ type: 'integer', default: USUAL_RADIUS })
      .describe('Kilometres.'),
    region: text.describe('Region, department or MRC: code or name.'),
    cause: filter('cause'),
    activity: filter('activity'),
    commitment: filter('commitment'),
    time: filter('time'),
    mode: filter('mode'),
    beneficiary: filter('beneficiary'),
    spoken: filter('spoken').describe('What one speaks there.'),
    day: filter('day').describe('With `part`: one moment that is both.'),
    part: filter('part'),
    age: whole.describe('Offers that take a person of this age.'),
    accessible: z.enum(['yes']),
    group: z.enum(['yes']),
    easy: z.enum(['yes']).describe('Offers that ask for no skill, or teach it.'),
    soon: z.enum(['yes']).describe('Offers that can be begun within two weeks.'),
    language: z.enum(LANGUAGES).describe('Offers with a text in this language.'),
    association: url.describe('Address of its ActivityPub actor.'),
    sort: z.enum(SORTS),
    page: z.number().min(1).meta({ type: 'integer' }),
    per_page: z.number().min(1).max(100).meta({ type: 'integer', default: 20 }),
  } satisfies Record<keyof Asked | 'per_page', z.ZodType>)
}
