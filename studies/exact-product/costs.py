"""Processor time per object of posterior.onnx for several numbers of samples, and of today's and the new fit."""

import time

import numpy as np

import today
from bundle import base_noise
from fit import BULK, draw, wide_noise
from groups import chosen, parser


def mixed_noise():
    """1,024 bulk samples and 256 wide ones."""
    return np.concatenate([base_noise(1024), wide_noise(256, 8.0, 9)])


def milliseconds(objects, work):
    """Processor time of the work per object."""
    begin = time.process_time()
    work()
    return (time.process_time() - begin) / objects * 1e3


def main():
    bundle, groups = chosen(parser(__doc__).parse_args())
    for name, (x, error) in groups.items():
        features, joined = bundle.features(x, error), mixed_noise()
        for samples, noise in ((BULK, base_noise(BULK)), (1024, base_noise(1024)),
                               (1280, joined)):
            bundle.posterior(features[:8], noise)
            print(name, samples, "samples: %.2f ms" % milliseconds(len(x), lambda: bundle.posterior(features, noise)))
        plain = draw(bundle, x, error, adaptive=False)
        print(name, "gamma regression, degree 8: %.1f ms" % milliseconds(len(x), lambda: [s.fit(8) for s in plain]))
        old = today.samples(bundle, x, error)
        print(name, "today's fit: %.1f ms" % milliseconds(len(x), lambda: [today.TodayFit(*s) for s in old]))


if __name__ == "__main__":
    main()
