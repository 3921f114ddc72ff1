import { Inject, Injectable } from '@nestjs/common';
import type { KeyRotationView, KeysView } from '@convenant/contracts';
import { formatInstant } from '@convenant/kernel';
import { LocalKeyring } from '@convenant/vault';
import { Database } from '../db/database.js';
import { type KeyRotationRow, selectRotation, selectRotations } from '../db/key-rotation.statements.js';
import { notFound } from '../domain/protocol-access.js';

/** Rotations of the key-encryption key as the operator sees them, and the erasure horizon that follows from them. */
@Injectable()
export class KeyRotations {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LocalKeyring) private readonly keyring: LocalKeyring,
  ) {}

  /** @throws DomainError NOT_FOUND */
  async get(id: string): Promise<KeyRotationView> {
    const [row] = await this.database.query<KeyRotationRow>(selectRotation(id));
    if (!row) throw notFound('Key rotation', id);
    return rotationView(row);
  }

  /**
   * Whatever was erased up to the moment at which the newest destroyed rotation began was wrapped under destroyed
   * generations only: no backup gives it.
   */
  async keys(): Promise<KeysView> {
    const rows = await this.database.query<KeyRotationRow>(selectRotations);
    const generations = await this.keyring.generations();
    const last = rows.find(({ state }) => state === 'destroyed');
    return {
      currentGeneration: generations.at(-1)!,
      generations,
      ...(last
        ? { erasureHorizon: { erasedUpTo: instant(last.rotated_at), reachedAt: instant(last.destroyed_at) } }
        : {}),
      rotations: rows.map(rotationView),
    };
  }
}

function rotationView(row: KeyRotationRow): KeyRotationView {
  return {
    id: row.id,
    state: row.state,
    ...(row.generation === null ? null : { generation: row.generation }),
    startedAt: instant(row.started_at),
    ...(row.rotated_at ? { rotatedAt: instant(row.rotated_at) } : null),
    rewrapped: Number(row.rewrapped),
    ...(row.rewrapped_at ? { rewrappedAt: instant(row.rewrapped_at) } : null),
    ...(row.backup_confirmed_at ? { backupConfirmedAt: instant(row.backup_confirmed_at) } : null),
    ...(row.destroyed_at ? { destroyedAt: instant(row.destroyed_at) } : null),
  };
}

function instant(date: Date | null): string {
  return formatInstant(date!.getTime());
}
