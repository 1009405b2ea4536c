// SPDX-License-Identifier: AGPL-3.0-or-later
// The register of processing, as an administrator reads, prints and downloads it.
import { afterEach, describe, expect, it } from '@jest/globals'
import { updateAssociation } from '../../db/queries/association.ts'
import { PROCESSINGS } from '../../server/privacy/processings.ts'
import { startApp, stopApps } from '../support/app.ts'

afterEach(stopApps)

describe('web H3: the register of processing', () => {
  it('has all processings, with the periods and places in force', async () => {
    const world = await startApp({ env: { KEEP_INVITED_MONTHS: '9', KEEP_INACTIVE_MONTHS: '30' } })
    const amina = await world.signIn('amina')
    await amina.get('/operator')
    await amina.follow('Données personnelles : registre, incidents, demandes')
    expect([amina.status, amina.heading]).toEqual([200, 'Registre des traitements'])
    expect(amina.document.querySelectorAll('section.whole h2')).toHaveLength(PROCESSINGS.length)
    for (const text of [
      '30 mois sans signe de vie',
      'Invitation sans réponse: 9 mois.',
      'L’hébergeur n’est pas nommé',
      'Personne n’est nommé',
      'RGPD, art. 6.1.b',
      'Message (délicat)',
      'Mot de passe (secret)',
    ])
      expect([text, amina.text.includes(text)]).toEqual([text, true])
    expect(amina.text).not.toMatch(/privacy\.|[a-z]_[a-z]/)
  })

  it('in Québec names the grounds of its law, who is in charge, the host and the mail server', async () => {
    const world = await startApp({ env: { SMTP_URL: 'smtp://secret:word@courriel.example:587' } })
    const names = { privacy_name: 'Nadège Côté', privacy_title: 'Trésorière', privacy_contact: '819 555-0134' }
    await updateAssociation(world.deps.db, { country: 'CA', ...names, host_name: 'Hébergement Nord' }, 1)
    const amina = await world.signIn('amina')
    await amina.get('/operator/privacy')
    expect(amina.heading).toBe('Inventaire des renseignements personnels')
    for (const text of [
      'Nadège Côté, Trésorière, 819 555-0134',
      'Hébergement Nord',
      'courriel.example',
      'art. 8 et 8.3',
    ])
      expect([text, amina.text.includes(text)]).toEqual([text, true])
    expect(amina.text).not.toMatch(/RGPD|secret:word|Nommer cette personne/)
  })

  it('is a file with a line for each processing, all cells filled', async () => {
    const world = await startApp({ env: { FEDERATION: 'off' } })
    const amina = await world.signIn('amina')
    const { html } = await amina.get('/operator/privacy.csv')
    const lines = html.trim().split('\r\n')
    expect(lines).toHaveLength(PROCESSINGS.length + 1)
    expect(lines[0]).toContain('Traitement;Pourquoi;Base légale;De qui')
    expect(html).toContain('Ce site n’échange rien avec eux.')
    expect(html).not.toMatch(/;;|privacy\./)
  })
})
