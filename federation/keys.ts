// SPDX-License-Identifier: AGPL-3.0-or-later
// Our one key pair: made once, kept sealed in a table of its own, opened only here.
import { createPrivateKey, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { findKey, insertKey } from '../db/queries/fed-actors.ts'
import type { Deps } from '../server/deps.ts'
import type { Handle } from '../server/web/transact.ts'
import type { Signer } from './signatures.ts'
import { actorAddresses } from './translate/association.ts'

const PURPOSE = 'actor key'
export type OurKey = Signer & { publicKeyPem: string }

/**
 * Our key, made at the first call. The private half never leaves this object: no row, log or document holds it.
 * @param db the transaction, when there is one.
 */
export async function openKey(deps: Deps, db: Handle = deps.db): Promise<OurKey> {
  const { id, keyId } = actorAddresses(deps.config.publicUrl)
  const row = (await findKey(db, id)) ?? (await makeKey(deps, db, id))
  const privateKey = createPrivateKey(deps.secrets.open(row.private_sealed, PURPOSE))
  return { keyId, privateKey, publicKeyPem: row.public_pem }
}

async function makeKey(deps: Deps, db: Handle, actorUri: string) {
  const pair = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const sealed = deps.secrets.seal(pair.privateKey, PURPOSE)
  await insertKey(db, {
    actor_uri: actorUri,
    public_pem: pair.publicKey,
    private_sealed: sealed,
    created_at: deps.clock.iso(),
  })
  const row = await findKey(db, actorUri)
  if (!row) throw new Error('our key could not be kept')
  return row
}
