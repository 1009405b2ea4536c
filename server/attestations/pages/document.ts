// SPDX-License-Identifier: AGPL-3.0-or-later
// What an attestation says, in its own language: the same on its page, on paper, and to whoever verifies it.
import type { AssociationRow } from '../../../db/queries/association.ts'
import type { AttestationRow } from '../../../db/queries/attestations.ts'
import type { Deps } from '../../deps.ts'
import { qrCode } from '../../text/qr.ts'
import type { Translator } from '../../text/i18n.ts'

export const verifyUrl = (deps: Pick<Deps, 'config'>, { code }: Pick<AttestationRow, 'code'>): string =>
  `${deps.config.publicUrl}/attestations/${code}`

export const minutesOf = ({ functions }: AttestationRow): number => functions.reduce((sum, one) => sum + one.minutes, 0)

export function documentOf(deps: Deps, row: AttestationRow, association: AssociationRow) {
  const t: Translator = deps.i18n.for(row.locale, association.time_zone)
  const isSchool = row.kind === 'school'
  const day = (of: string) => t.date(of, 'short')
  const body = t('attestations.doc.body', {
    signatory: row.signatory,
    role: row.signatory_role,
    person: row.person_name,
    association: association.name,
    from: day(row.from_day),
    until: day(row.until_day),
    hours: t.minutes(minutesOf(row)),
  })
  const url = verifyUrl(deps, row)
  return {
    lang: row.locale,
    association: association.name,
    address: [association.street, [association.postal_code, association.place_name].filter(Boolean).join(' ')]
      .filter(Boolean)
      .join(', '),
    title: t(isSchool ? 'attestations.doc.title_school' : 'attestations.doc.title'),
    number: t('attestations.doc.number', { number: t.number(row.number) }),
    body,
    lines: [
      isSchool ? t('attestations.doc.school', { school: row.school }) : '',
      row.guardian_agreed_on
        ? t('attestations.doc.guardian', { name: row.guardian_name, day: day(row.guardian_agreed_on) })
        : '',
    ].filter(Boolean),
    table: {
      caption: t('attestations.doc.functions'),
      columns: [
        { label: t('attestations.doc.function') },
        { label: t('attestations.doc.period') },
        { label: t('hours.column.hours'), num: true },
      ],
      rows: row.functions.map((one) => ({
        cells: [
          t.text(one.label).text,
          one.from === one.until
            ? day(one.from)
            : t('attestations.doc.days', { from: day(one.from), until: day(one.until) }),
          t.minutes(one.minutes),
        ].map((text) => ({ text })),
      })),
      foot: { cells: [t('attestations.doc.total'), '', t.minutes(minutesOf(row))].map((text) => ({ text })) },
    },
    skillsTitle: row.skills.length > 0 ? t('attestations.doc.skills') : '',
    skills: row.skills,
    free: [t('attestations.doc.free'), association.country === 'CA' ? t('attestations.doc.no_receipt') : ''].filter(
      Boolean,
    ),
    made: t('attestations.doc.made', { place: row.place, day: day(row.issued_on) }),
    signature: t('attestations.doc.signature', { signatory: `${row.signatory}, ${row.signatory_role}` }),
    code: { verify: t('attestations.doc.verify'), url, qr: qrCode(url), alt: t('attestations.doc.qr', { url }) },
    withdrawn: row.revoked_at ? t('attestations.doc.withdrawn', { day: day(row.revoked_at) }) : '',
  }
}
