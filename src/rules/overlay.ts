import { availableModules } from '../judge/available-modules.ts';
import { moduleState } from '../judge/module-state.ts';
import { info, type Rule, recommended } from '../judge/rule.ts';

/**
 * A hardening guide denies overlay, and nothing happens until the next boot. containerd's unit requests it from modprobe by name, which
 * a deny list does not stop. Only an install line does.
 */
export const overlay: Rule = {
  id: 'overlay',
  aliases: ['CONFIG_OVERLAY_FS', 'overlayfs'],
  title: 'Overlay file systems are available',

  applies(_, facts) {
    const state = moduleState('overlay', facts, false);
    return state === 'loaded'
      ? recommended('overlay is loaded, probably because the container runtime uses it')
      : info('containerd and CRI-O use it unless they are told otherwise');
  },

  requires: availableModules(['overlay'], { byName: ['overlay'] }),

  explain: {
    when: 'the module overlay is loaded now (only shown, never a warning, where it is not)',
    messages: [
      {
        text: "'overlay' not found as a supported filesystem on this host. Please ensure kernel is new enough and has overlay support loaded.",
        from: 'dockerd',
      },
    ],
    variants: ['failed to mount overlay: no such device', 'module overlay not found in directory'],
    symptoms: ['After a reboot no container starts, not even those of the network, and the node stays NotReady.'],
    meaning: [
      'The container runtime uses overlayfs to combine the layers of an image with what a container writes. Its module is `overlay`. containerd and ' +
        'CRI-O use it unless they are configured with another storage.',
      'Hardening guides (CIS) list overlayfs as a file system that a server does not need, and deny it with `install overlay /bin/false`. A loaded module ' +
        'stays loaded until the reboot.',
    ],
    needed: [
      { cluster: 'overlay is loaded', verdict: 'recommended: whether the runtime uses it is not read' },
      { cluster: 'overlay is not loaded, or built in', verdict: 'info: the runtime may use another storage' },
    ],
    neededNotes: [
      'A line `blacklist overlay` alone does not count: the unit of containerd, k3s and RKE2 run `modprobe overlay`, which ignores it.',
    ],
    sources: {
      issues: ['ansible-lockdown/UBUNTU24-CIS#174', 'ComplianceAsCode/content#12692', 'docker/for-linux#475'],
      references: [
        {
          title: "containerd's unit",
          url: 'https://github.com/containerd/containerd/blob/main/containerd.service',
        },
      ],
    },
  },
};
