// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { code, codes, day, optionalDay, optionalLines, optionalText, text, tick } from '../web/fields.ts'

/** Lines of what somebody can do, and characters in one. */
const MOST_SKILLS = 12
const LONGEST_SKILL = 120

export const skillsForm = z.object({
  skills: optionalLines(2000).transform((typed, context) => {
    const lines = typed
      .split('\n')
      .map((line) => line.replace(/^[\s•*–-]+/, '').trim())
      .filter(Boolean)
    if (lines.length > MOST_SKILLS || lines.some((line) => line.length > LONGEST_SKILL)) {
      context.addIssue({ code: 'custom', message: 'attestations.error.skills' })
      return z.NEVER
    }
    return [...new Set(lines)]
  }),
})

export const attestationForm = z
  .object({
    kind: code(['volunteer', 'school'], 'attestations.error.kind'),
    language: code(['fr', 'fr-CA', 'en'], 'attestations.error.language'),
    from: day('attestations.error.day'),
    until: day('attestations.error.day'),
    skills: codes(() => true, 'attestations.error.skills', 0, MOST_SKILLS),
    signatory: text(160, 'attestations.error.signatory'),
    signatory_role: text(160, 'attestations.error.signatory_role'),
    place: text(160, 'attestations.error.place'),
    school: optionalText(160),
    guardian_name: optionalText(160),
    guardian_agreed_on: optionalDay('attestations.error.day'),
    guardian_agreed: tick,
  })
  .superRefine((typed, context) => {
    const wrong = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message })
    if (typed.until < typed.from) wrong('until', 'attestations.error.until')
    if (typed.kind !== 'school') return
    if (typed.school === '') wrong('school', 'attestations.error.school')
    if (typed.guardian_name === '') wrong('guardian_name', 'attestations.error.guardian')
    if (typed.guardian_agreed_on === null) wrong('guardian_agreed_on', 'attestations.error.day')
    if (!typed.guardian_agreed) wrong('guardian_agreed', 'attestations.error.agreed')
  })
export type AttestationInput = z.output<typeof attestationForm>

/** An address, or the signed text itself. */
export const gatheredForm = z.object({ text: text(20_000, 'attestations.gathered.error.text') })
