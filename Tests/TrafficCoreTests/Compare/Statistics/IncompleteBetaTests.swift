import Foundation
import Testing

@testable import TrafficCore

@Suite struct IncompleteBetaTests {
    static let parameters = [0.01, 0.5, 1, 2.5, 8.35, 41, 400, 20000.5]
    static let places = [1e-9, 0.001, 0.1, 0.37, 0.5, 0.9, 0.999]

    @Test("I_x(a, 1) = x^a and I_x(1, b) = 1 - (1 - x)^b", arguments: parameters)
    func closedForms(_ a: Double) {
        for x in Self.places {
            #expect(abs(IncompleteBeta.regularised(x, a: a, b: 1) - pow(x, a)) < 1e-13)
            #expect(abs(IncompleteBeta.regularised(x, a: 1, b: a) - -expm1(a * log1p(-x))) < 1e-13)
        }
    }

    @Test("I_x(1/2, 1/2) is the arcsine law") func arcsine() {
        for x in Self.places {
            #expect(abs(IncompleteBeta.regularised(x, a: 0.5, b: 0.5) - 2 / Double.pi * asin(x.squareRoot())) < 1e-14)
        }
    }

    @Test("I_x(a, b) + I_1-x(b, a) = 1", arguments: parameters)
    func symmetry(_ a: Double) {
        for b in Self.parameters {
            for x in [0x1p-30, 0x1p-10, 0.125, 0.375, 0.5, 0.875, 1 - 0x1p-10] {  // 1 - x is exact
                let sum = IncompleteBeta.regularised(x, a: a, b: b) + IncompleteBeta.regularised(1 - x, a: b, b: a)
                #expect(abs(sum - 1) < 1e-12)
            }
        }
    }

    /// From a binomial sum, which is I_p(k, n - k + 1), in exact rational steps.
    @Test("equals the binomial tail") func binomial() {
        let n = 20
        let p = 0.3
        for k in 1...n {
            var tail = 0.0
            for j in k...n {
                var term = 1.0
                for i in 0..<j { term *= Double(n - i) / Double(i + 1) * p }
                for _ in j..<n { term *= 1 - p }
                tail += term
            }
            #expect(abs(IncompleteBeta.regularised(p, a: Double(k), b: Double(n - k + 1)) - tail) < 1e-13)
        }
    }

    @Test("the inverse leads back", arguments: parameters)
    func inverse(_ a: Double) {
        for b in Self.parameters {
            for p in [1e-6, 0.05, 0.5, 0.95, 0.999] {
                let x = IncompleteBeta.inverse(p, a: a, b: b)
                #expect((0...1).contains(x))
                // x is within a few units in the last place: p lies between the values on both sides.
                let below = IncompleteBeta.regularised(x * (1 - 1e-15), a: a, b: b)
                let above = IncompleteBeta.regularised(x * (1 + 1e-15), a: a, b: b)
                // Some lie below the smallest number there is.
                #expect(x < 1e-300 || (below - 1e-12 <= p && p <= above + 1e-12))
            }
        }
    }

    @Test("bounds of a share, by scipy 1.x", arguments: [
        (0.0, 5.0, 0.450719728346941), (2, 5, 0.8107446225622291), (16, 20, 0.9286461156913818), (7.35, 20, 0.5751696024706704),
        (32, 40, 0.896393944572199), (40, 40, 1),
    ])
    func clopperPearson(_ s: Double, _ n: Double, _ upper: Double) {
        #expect(abs(ClopperPearson.upper(s, of: n) - upper) < 1e-12)
        // The lower bound is the upper one of the others.
        #expect(abs(ClopperPearson.lower(n - s, of: n) - (1 - upper)) < 1e-12)
    }

    @Test("strange parameters end and stay in range") func hostile() {
        for a in [-1, 0, 1e-300, 1e15, 1e300, .infinity, .nan] {
            for x in [-1, 0, 1e-300, 0.5, 1, 2, .nan] {
                let value = IncompleteBeta.regularised(x, a: a, b: 3)
                #expect(value.isNaN || (0...1).contains(value))
                let place = IncompleteBeta.inverse(x, a: 3, b: a)
                #expect(place.isNaN || (0...1).contains(place))
            }
        }
    }
}
