import { describe, expect, test } from 'vitest';
import { placeOf } from '../../src/check/place.ts';
import type { Here, NodeFacts } from '../../src/facts/facts.ts';
import { parseFacts } from '../../src/facts/parse.ts';
import { NOTHING_ASKED } from '../../src/facts/request.ts';

function facts(here: Here | undefined, init?: string, container?: string | null): NodeFacts {
  const { boot, ...rest } = parseFacts('', NOTHING_ASKED);
  return {
    ...rest,
    boot: { ...boot, ...(init !== undefined && { init }) },
    ...(here && { here }),
    ...(container !== undefined && { container }),
  };
}

/** As a process of the host sees itself: root, or somebody to whom process 1 is closed. */
const ROOT: Here = { proc: true, pid: 'first', user: 'first', root: 'same', mount: 'first' };
const { root: _root, ...USER } = ROOT;
/** As in a container that sees its own process 1. */
const INSIDE: Here = { proc: true, pid: 'own', user: 'first', root: 'same', mount: 'own' };

type Case = [what: string, facts: NodeFacts, place: string, because?: string];

describe('a local probe ran', () => {
  test.for<Case>([
    ['as root of a host', facts(ROOT, 'systemd', null), 'host'],
    ['in a service with mounts of its own', facts({ ...ROOT, mount: 'own' }, 'systemd', null), 'host'],
    ['on a host whose process 1 is no init that is known', facts(ROOT, 'runit', null), 'host'],
    ['on a host to which an image left a /.dockerenv', facts(ROOT, 'systemd', 'docker'), 'host'],
    ['as somebody else on a host', facts(USER, 'systemd', null), 'host'],
    ['as somebody else, with process 1 hidden (hidepid)', facts(USER), 'host'],
    [
      "as root of a user namespace, in the host's mounts (unshare -r)",
      facts({ ...USER, user: 'own' }, 'systemd'),
      'host',
    ],
    ['as root without capabilities', facts(USER, 'systemd'), 'host'],
    ['on WSL, in namespaces with an init and without a hint', facts(INSIDE, 'systemd', null), 'host'],
    [
      'on a host whose kernel has no such namespaces',
      facts({ proc: true, root: 'same', mount: 'own' }, 'init'),
      'host',
    ],

    ['in kind, k3d, or an LXC that was started', facts(INSIDE, 'systemd', 'docker'), 'container'],
    [
      'in k3d, whose process 1 is a script',
      { ...facts(INSIDE, 'k3d-entrypoint.', 'docker'), programs: ['containerd', 'k3s-server'] },
      'container',
    ],
    [
      "in a build that starts Docker's containerd",
      { ...facts(INSIDE, 'sh', 'docker'), programs: ['containerd'] },
      'image',
      'this is a container of docker',
    ],
    ['in systemd-nspawn --boot', facts(INSIDE, 'systemd', 'systemd-nspawn'), 'container'],
    [
      'as somebody else in such a container',
      facts({ ...INSIDE, root: undefined } as never, 'init', 'lxc'),
      'container',
    ],

    ['in docker build, buildah run', facts(INSIDE, 'sh', 'docker'), 'image', 'this is a container of docker'],
    ['in BuildKit, without any hint', facts(INSIDE, 'sh', null), 'image', 'this is a container'],
    ['in a container whose process 1 is the program itself', facts(INSIDE, 'node'), 'image', 'this is a container'],
    [
      'in systemd-nspawn with a command',
      facts(INSIDE, 'sh', 'systemd-nspawn'),
      'image',
      'this is a container of systemd-nspawn',
    ],
    [
      'in a rootless build',
      facts({ ...INSIDE, user: 'own' }, 'sh', 'podman'),
      'image',
      'this is a container of podman',
    ],
    [
      "in a rootless build with the host's processes (buildah --isolation chroot)",
      facts({ proc: true, pid: 'first', user: 'own', mount: 'own' }, 'systemd'),
      'image',
      'this is a container',
    ],
    [
      'in such a build by root, which leaves a mark',
      facts({ proc: true, pid: 'first', user: 'first', mount: 'own' }, 'systemd', 'podman'),
      'image',
      'this is a container of podman',
    ],
    [
      'in docker run --pid=host',
      facts({ ...ROOT, root: 'other', mount: 'own' }, 'systemd', null),
      'image',
      'this is a chroot',
    ],
    ['in a chroot', facts({ ...ROOT, root: 'other', mount: 'own' }, 'systemd', null), 'image', 'this is a chroot'],
    [
      'in a chroot into a plain directory',
      facts({ ...USER, mount: 'none' }, 'systemd', null),
      'image',
      'this is a chroot',
    ],
    [
      'in a chroot of a container',
      facts({ ...INSIDE, root: 'other' }, 'systemd', 'docker'),
      'image',
      'this is a chroot',
    ],
    ['in a chroot without /proc', facts({ proc: false }), 'image', 'this is a chroot without /proc'],

    [
      'where process 1 is closed, in mounts of its own',
      facts({ ...USER, mount: 'own' }, 'systemd', null),
      'unknown',
      'it is unknown',
    ],
    [
      'where process 1 is closed, in a machine of its own',
      facts({ ...INSIDE, root: undefined } as never, 'systemd', null),
      'unknown',
      'it is unknown',
    ],
    ['where nothing was seen', facts(undefined), 'unknown', 'it is unknown'],
    ['where next to nothing was seen', facts({ proc: true }), 'unknown', 'it is unknown'],
  ])('%s', ([, seen, is, because]) => {
    expect(placeOf(seen)).toEqual({ is, ...(because !== undefined && { because: expect.stringContaining(because) }) });
  });
});
