// SPDX-License-Identifier: AGPL-3.0-or-later
// An attestation as a signed, portable credential: Open Badges 3.0 (1EdTech) as a JWT with Ed25519 (RFC 8037), and the
// list that says which were withdrawn (W3C Bitstring Status List). The fields of the hours follow the volunteer activity
// credential proposed in 1EdTech/openbadges-specification#625.
import { createPrivateKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { JWTPayload } from 'jose'
import type { AssociationRow } from '../../db/queries/association.ts'
import * as attestations from '../../db/queries/attestations.ts'
import type { AttestationRow } from '../../db/queries/attestations.ts'
import type { Deps } from '../deps.ts'
import type { Translator } from '../text/i18n.ts'
import { NotFound } from '../web/errors.ts'
import { transact } from '../web/transact.ts'
import { minutesOf, verifyUrl } from './pages/document.ts'

const CONTEXTS = ['https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json']
const SEALED_FOR = 'credential key'
/** Entries of one status list: the least that the standard allows, so that none says who is asked about (§ 6.1). */
const LIST_LENGTH = 131_072

/** Makes the key of this site, unless it has one. Its id is the thumbprint of the key (RFC 7638). */
export async function ensureKey(deps: Deps): Promise<void> {
  if (await attestations.findCredentialKey(deps.db)) return
  const { calculateJwkThumbprint, exportJWK } = await import('jose')
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const jwk = await exportJWK(publicKey)
  const id = await calculateJwkThumbprint(jwk)
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const public_jwk = JSON.stringify({ ...jwk, use: 'sig', alg: 'EdDSA', kid: keyUrl(deps, id) })
  const row = { id, public_jwk, private_sealed: deps.secrets.seal(pem, SEALED_FOR), created_at: deps.clock.iso() }
  await transact(deps, async (tx) => {
    if (!(await attestations.findCredentialKey(tx))) await attestations.insertCredentialKey(tx, row)
  })
}

const keyUrl = ({ config }: Pick<Deps, 'config'>, id: string) => `${config.publicUrl}/credentials/keys/${id}`
const issuerUrl = ({ config }: Pick<Deps, 'config'>) => `${config.publicUrl}/credentials/issuer`
const listUrl = ({ config }: Pick<Deps, 'config'>, list: number) => `${config.publicUrl}/credentials/status/${list}`
const seconds = (iso: string) => Math.floor(Date.parse(iso) / 1000)

/** RFC 7515, compact. @throws NotFound before the first attestation. */
async function signed(deps: Deps, claims: JWTPayload): Promise<string> {
  const key = await attestations.findCredentialKey(deps.db)
  if (!key) throw new NotFound()
  const { SignJWT } = await import('jose')
  const privateKey = createPrivateKey(deps.secrets.open(key.private_sealed, SEALED_FOR))
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: keyUrl(deps, key.id) })
    .sign(privateKey)
}

/** The association, as an Open Badges profile. */
export const issuerOf = (deps: Deps, association: AssociationRow) => ({
  id: issuerUrl(deps),
  type: ['Profile'],
  name: association.name,
  url: deps.config.publicUrl,
})

/** What everybody who is attested has achieved, as Open Badges names it; told at its address. */
export function achievementOf(deps: Deps, t: Translator, association: AssociationRow) {
  return {
    id: `${deps.config.publicUrl}/credentials/volunteering`,
    type: ['Achievement'],
    achievementType: 'CommunityService',
    name: t('attestations.doc.title'),
    description: t('attestations.credential.description', { association: association.name }),
    criteria: { narrative: t('attestations.credential.criteria') },
  }
}

/** The holder is named and not identified elsewhere: no address of a person stands in it. */
export async function credentialOf(deps: Deps, row: AttestationRow, association: AssociationRow): Promise<string> {
  const t = deps.i18n.for(row.locale, association.time_zone)
  const id = `urn:uuid:${row.id}`
  const validFrom = row.created_at
  const hours = (minutes: number) => Math.round((minutes * 100) / 60) / 100
  const index = (row.number - 1) % LIST_LENGTH
  const statusListCredential = listUrl(deps, listOf(row.number))
  const achievement = achievementOf(deps, t, association)
  return signed(deps, {
    '@context': CONTEXTS,
    id,
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: achievement.name,
    issuer: issuerOf(deps, association),
    validFrom,
    credentialSubject: {
      type: ['AchievementSubject'],
      identifier: [{ type: 'IdentityObject', identityHash: row.person_name, identityType: 'name', hashed: false }],
      activityStartDate: `${row.from_day}T00:00:00Z`,
      activityEndDate: `${row.until_day}T00:00:00Z`,
      creditsEarned: hours(minutesOf(row)),
      role: row.functions.map((one) => t.text(one.label).text).join(', '),
      achievement: { ...achievement, tag: row.skills },
      result: row.functions.map((one) => ({
        type: ['Result'],
        value: `${hours(one.minutes)} h, ${t.text(one.label).text}`,
      })),
    },
    evidence: [
      {
        id: verifyUrl(deps, row),
        type: ['Evidence'],
        name: t('attestations.doc.number', { number: t.number(row.number) }),
      },
    ],
    credentialStatus: {
      id: `${statusListCredential}#${index}`,
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: String(index),
      statusListCredential,
    },
    iss: issuerUrl(deps),
    jti: id,
    nbf: seconds(validFrom),
    iat: seconds(validFrom),
  })
}

const listOf = (number: number): number => Math.floor((number - 1) / LIST_LENGTH) + 1

/** One bit for each attestation, the first one at the left: 1 when it was withdrawn. */
export async function statusListOf(deps: Deps, list: number): Promise<string> {
  const first = (list - 1) * LIST_LENGTH + 1
  const bits = Buffer.alloc(LIST_LENGTH / 8)
  for (const number of await attestations.listRevokedNumbers(deps.db, first, first + LIST_LENGTH - 1)) {
    const index = number - first
    bits[index >> 3]! |= 0x80 >> (index & 7)
  }
  const id = listUrl(deps, list)
  const validFrom = deps.clock.iso()
  return signed(deps, {
    '@context': CONTEXTS.slice(0, 1),
    id,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: issuerUrl(deps),
    validFrom,
    credentialSubject: {
      id: `${id}#list`,
      type: 'BitstringStatusList',
      statusPurpose: 'revocation',
      encodedList: `u${gzipSync(bits).toString('base64url')}`,
    },
    iss: issuerUrl(deps),
    jti: id,
    nbf: seconds(validFrom),
  })
}

/** The public key with that id, by which everybody checks a credential; undefined when there is none. */
export async function publicKeyOf(deps: Deps, id: string): Promise<JsonWebKey | undefined> {
  const key = await attestations.findCredentialKeyById(deps.db, id)
  return key && (JSON.parse(key.public_jwk) as JsonWebKey)
}
