import { issueUrl } from '../judge/explanation.ts';
import { faultsOf, KERNEL_FAULTS } from '../judge/kernel-faults.ts';
import { info, type Requirement, type Rule, recommended, skip } from '../judge/rule.ts';
import { excerpt } from '../text/excerpt.ts';

const EXPECTED = 'no known fault';

const noKnownFault: Requirement = {
  reads: {},
  now({ facts, profile }) {
    const release = excerpt(facts.kernel.release ?? '');
    const faults = faultsOf(facts.kernel.release ?? '', profile);
    const [first] = faults;
    return {
      now: { verdict: first ? 'fail' : 'pass', expected: EXPECTED, actual: release, ...(first && { cause: 'value' }) },
      message: first
        ? `kernel ${release} is known to break ${first.component}: ${first.symptom}`
        : `kernel ${release} has no known fault for this cluster`,
      ...(first && { why: faults.map(({ issue }) => issueUrl(issue)).join(' ') }),
      remedy: faults.map(({ component, helps }) => `For ${component}: ${helps}`),
    };
  },
  explain: {
    now: [
      "Read: the kernel's release. It is compared with a list of releases that public reports name because of faults in the cluster's CNI or kube-proxy.",
    ],
    boot: ['Not judged: it is unknown whether a newer installed kernel has the fix.'],
    causes: [{ cause: 'value', helps: 'do what the report says: in most cases, install a newer kernel' }],
  },
};

/** Faults that only the release shows. It never fails: distributions fix faults without changing the version. */
export const knownKernels: Rule = {
  id: 'known-kernels',
  aliases: ['kernel-version', 'bad-kernel'],
  title: 'The running kernel is not known to break the network of this cluster',

  applies(profile, { kernel: { release }, boot }) {
    if (boot.image) return skip('an image is not checked: no kernel runs in it');
    if (release === undefined) return skip("the kernel's release was not read");
    const faults = faultsOf(release, profile);
    return faults.some(({ severity }) => severity === 'recommended')
      ? recommended('a public report names this kernel')
      : info('no known public report says that this kernel always breaks it');
  },

  requires: noKnownFault,

  explain: {
    when: 'a public report names the kernel, for the CNI or the mode of kube-proxy that the cluster has',
    messages: [
      { text: 'Warning: Extension MARK revision 0 not supported, missing kernel module?', from: 'kube-proxy' },
      { text: 'kube-proxy in nftables mode requires kernel 5.13 or later', from: 'kube-proxy, which then exits' },
    ],
    symptoms: ['The network worked until the kernel was updated, on every node with that kernel.'],
    meaning: [
      'Some releases of the kernel break the network of clusters with a certain CNI or mode of kube-proxy.',
      'Known faults:',
      ...KERNEL_FAULTS.map(
        ({ component, releases, from, before, symptom, issue }) =>
          `${component}, ${releases?.join(', ') ?? [from && `from ${from}`, before && `before ${before}`].filter(Boolean).join(', ')}: ${symptom} (${issue}).`,
      ),
    ],
    needed: [
      { cluster: 'a release that a report names, and the component that it breaks', verdict: 'recommended' },
      { cluster: 'a range in which a distribution may have fixed it, or a newer component does', verdict: 'info' },
    ],
    sources: { issues: [...new Set(KERNEL_FAULTS.map(({ issue }) => issue))], references: [] },
  },
};
